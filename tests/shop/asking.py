"""What tests ask the shop's database behind its back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from shop.models import Order, Product
from taskbound import Database


async def stock(database: Database, product_id: int) -> int:
    """The pieces of a product that are there."""
    async with database.session() as session:
        found = await session.scalar(select(Product.stock).where(Product.id == product_id))
    assert found is not None
    return found


async def orders(database: Database) -> int:
    """How many orders there are."""
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(Order)) or 0


def order(*lines: tuple[int, int], customer_id: int = 1) -> dict[str, Any]:
    """The body of an order of (product, quantity)."""
    listed = [{"product_id": product, "quantity": quantity} for product, quantity in lines]
    return {"customer_id": customer_id, "lines": listed}


def money(text: str) -> Decimal:
    """An amount of an answer."""
    return Decimal(text)
