"""Awaits of the session, of its repositories and of plain functions are not external."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Order


class Orders:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def open(self) -> list[Order]:
        return list((await self.session.scalars(select(Order).where(Order.open.is_(True)))).all())


async def described(orders: list[Order]) -> list[str]:
    return [str(order) for order in orders]


async def report(sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    async with sessions() as session:
        await session.scalar(select(Order.id).limit(1))
        return await described(await Orders(session).open())
