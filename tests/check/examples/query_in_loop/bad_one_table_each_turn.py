"""What each turn gives goes into the condition, and not into the place of the table."""

from typing import Any

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    stock: Mapped[int]


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]


async def by_names(session: AsyncSession, names: list[str]) -> list[Product | None]:
    found = []
    for name in names:
        statement = select(Product).where(Product.name == name)
        found.append(await session.scalar(statement))  # finds TB205
    return found


async def exists(session: AsyncSession, names: list[str]) -> list[bool | None]:
    found = []
    for name in names:
        one = select(Product.id).where(Product.name == name)
        found.append(await session.scalar(select(one.exists())))  # finds TB205
    return found


async def take(session: AsyncSession, key: int, quantity: int) -> None:
    await session.execute(update(Product).where(Product.id == key).values(stock=Product.stock - quantity))


async def take_all(session: AsyncSession, wanted: dict[int, int]) -> None:
    keys = list(wanted)
    for key in keys:
        await take(session, key, wanted[key])  # finds TB205


async def rename(session: AsyncSession, names: list[str]) -> None:
    for name in names:
        await session.execute(text("UPDATE products SET name = upper(name) WHERE name = :name"), {"name": name})  # finds TB205


async def lines(session: AsyncSession, tables: dict[str, Any]) -> list[object]:
    found: list[object] = []
    for order in await session.scalars(select(Order)):
        table = tables[order.kind]
        found.append(await session.scalar(select(table).where(table.c.order_id == order.id)))  # finds TB205
    return found
