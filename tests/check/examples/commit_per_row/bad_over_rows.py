"""A commit for each row of a query."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Price(Base):
    __tablename__ = "prices"

    id: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int]


async def raise_prices(sessions: async_sessionmaker[AsyncSession], percent: int) -> None:
    async with sessions() as session:
        prices = (await session.scalars(select(Price))).all()
        for price in prices:
            price.amount += price.amount * percent // 100
            await session.commit()  # finds TB712
