"""One session handed to a child for every id."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Price(Base):
    __tablename__ = "prices"

    id: Mapped[int] = mapped_column(primary_key=True)
    product_id: Mapped[int]
    amount: Mapped[int]


async def price_of(session: AsyncSession, product_id: int) -> int | None:
    return await session.scalar(select(Price.amount).where(Price.product_id == product_id))


async def basket_total(sessions: async_sessionmaker[AsyncSession], product_ids: list[int]) -> int:
    async with sessions() as session:
        prices = await asyncio.gather(*(price_of(session, each) for each in product_ids))  # finds TB101
    return sum(price or 0 for price in prices)
