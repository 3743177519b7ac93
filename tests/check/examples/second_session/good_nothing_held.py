"""The first session has ended its transaction before the second is opened."""

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Audit, Order


async def cancel(sessions: async_sessionmaker[AsyncSession], order_id: int) -> None:
    async with sessions() as session:
        await session.execute(update(Order).where(Order.id == order_id).values(state="cancelled"))
        await session.commit()
        async with sessions.begin() as other:
            await other.execute(insert(Audit).values(text=f"order {order_id} cancelled"))
