"""The same session, used by one call after another."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Order, User


async def users(session: AsyncSession) -> int:
    return (await session.execute(select(func.count(User.id)))).scalar_one()


async def orders(session: AsyncSession) -> int:
    return (await session.execute(select(func.count(Order.id)))).scalar_one()


async def dashboard(sessions: async_sessionmaker[AsyncSession]) -> dict[str, int]:
    async with sessions() as session:
        return {"users": await users(session), "orders": await orders(session)}
