"""One block after the other."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Audit, Order


async def cancel(sessions: async_sessionmaker[AsyncSession], order_id: int) -> None:
    async with sessions() as session:
        amount = (await session.execute(select(Order.amount).where(Order.id == order_id))).scalar_one()
    async with sessions.begin() as session:
        await session.execute(insert(Audit).values(text=f"order of {amount} cancelled"))
