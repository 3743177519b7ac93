"""A second session takes a second connection while the first is held: a full pool deadlocks."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Audit, Order


async def cancel(sessions: async_sessionmaker[AsyncSession], order_id: int) -> None:
    async with sessions.begin() as session:
        amount = (await session.execute(select(Order.amount).where(Order.id == order_id).with_for_update())).scalar_one()
        async with sessions.begin() as other:  # finds TB406
            await other.execute(insert(Audit).values(text=f"order of {amount} cancelled"))
