"""add() and delete() in a loop are one flush."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Cart, CartLine


async def replace(sessions: async_sessionmaker[AsyncSession], cart_id: int, products: list[int]) -> None:
    async with sessions.begin() as session:
        for line in (await session.scalars(select(CartLine).where(CartLine.cart_id == cart_id))).all():
            await session.delete(line)
        for product in products:
            session.add(CartLine(cart_id=cart_id, product_id=product))
        session.add(Cart(id=cart_id))
