"""expire() and expire_all() do what their names say."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Stock(Base):
    __tablename__ = "stocks"

    id: Mapped[int] = mapped_column(primary_key=True)
    left: Mapped[int]


async def left(sessions: async_sessionmaker[AsyncSession], stock_id: int) -> int:
    async with sessions() as session:
        stock = await session.get_one(Stock, stock_id)
        session.expire(stock)
        return stock.left  # finds TB202
