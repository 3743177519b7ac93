"""One statement would do for all lines that were sent in; and rows of the database stay rows, asked or not."""

from typing import Any, cast

from pydantic import BaseModel
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Product(Base):
    __tablename__ = "products"

    id: Mapped[int] = mapped_column(primary_key=True)
    stock: Mapped[int]


class LineWrite(BaseModel):
    product_id: int
    quantity: int


class Products:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def give(self, product_id: int, quantity: int) -> None:
        await self._session.execute(
            update(Product).where(Product.id == product_id).values(stock=Product.stock + quantity)
        )

    async def take(self, product_id: int) -> bool:
        taken = await self._session.execute(
            update(Product).where(Product.id == product_id, Product.stock > 0).values(stock=Product.stock - 1)
        )
        return cast("CursorResult[Any]", taken).rowcount == 1


async def give_back(session: AsyncSession, lines: list[LineWrite]) -> None:
    products = Products(session)
    for line in lines:
        await products.give(line.product_id, line.quantity)  # finds TB205


async def take_one_of_each(session: AsyncSession) -> int:
    products = Products(session)
    taken = 0
    for product in await session.scalars(select(Product)):
        if await products.take(product.id):  # finds TB205
            taken += 1
    return taken


class Counts:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def remove(self, product_id: int) -> int:
        removed = await self._session.execute(delete(Product).where(Product.id == product_id))
        return cast("CursorResult[Any]", removed).rowcount


async def remove_all(session: AsyncSession, lines: list[LineWrite]) -> int:
    counts = Counts(session)
    return sum([await counts.remove(line.product_id) for line in lines])  # finds TB205
