"""Each line of what was sent in takes its pieces if they are there, and asks whether it got them."""

from typing import Any, cast

from pydantic import BaseModel
from sqlalchemy import CursorResult, update
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

    async def take(self, product_id: int, quantity: int) -> bool:
        taken = await self._session.execute(
            update(Product)
            .where(Product.id == product_id, Product.stock >= quantity)
            .values(stock=Product.stock - quantity)
        )
        return cast("CursorResult[Any]", taken).rowcount == 1


async def short(session: AsyncSession, lines: list[LineWrite]) -> list[LineWrite]:
    products = Products(session)
    in_order = sorted(lines, key=lambda line: line.product_id)
    return [line for line in in_order if not await products.take(line.product_id, line.quantity)]
