"""One query for the orders, and one more for each of them."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int]


class Item(Base):
    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int]
    price: Mapped[int]


async def totals(sessions: async_sessionmaker[AsyncSession], customer_id: int) -> dict[int, int]:
    found: dict[int, int] = {}
    async with sessions() as session:
        orders = (await session.scalars(select(Order).where(Order.customer_id == customer_id))).all()
        for order in orders:
            total = await session.scalar(select(func.sum(Item.price)).where(Item.order_id == order.id))  # finds TB205
            found[order.id] = total or 0
    return found
