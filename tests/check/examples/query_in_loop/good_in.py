"""One query with IN, and one with a join."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    price: Mapped[int]


async def totals(sessions: async_sessionmaker[AsyncSession], order_ids: list[int]) -> dict[int, int]:
    statement = select(Item.order_id, func.sum(Item.price)).where(Item.order_id.in_(order_ids)).group_by(Item.order_id)
    async with sessions() as session:
        return {order_id: total for order_id, total in await session.execute(statement)}


async def order_ids(sessions: async_sessionmaker[AsyncSession]) -> list[int]:
    async with sessions() as session:
        return [item.order_id for item in await session.scalars(select(Item))]
