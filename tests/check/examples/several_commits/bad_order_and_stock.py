"""The order is committed before the stock is taken: a failure between the two leaves half."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Order, Stock


async def order(sessions: async_sessionmaker[AsyncSession], product_id: int, count: int) -> None:
    async with sessions() as session:
        session.add(Order(product_id=product_id, count=count))
        await session.commit()
        await session.execute(update(Stock).where(Stock.product_id == product_id).values(left=Stock.left - count))
        await session.commit()  # finds TB718
