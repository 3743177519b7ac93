"""The gathered attributes were all loaded by the query: nothing is sent."""

import asyncio

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Line(Base):
    __tablename__ = "lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    lines: Mapped[list[Line]] = relationship()


async def line_counts(sessions: async_sessionmaker[AsyncSession]) -> list[int]:
    async with sessions() as session:
        orders = (await session.scalars(select(Order).options(selectinload(Order.lines)))).all()
        lines = await asyncio.gather(*(order.awaitable_attrs.lines for order in orders))
    return [len(each) for each in lines]
