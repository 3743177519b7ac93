"""Statements that add up: the figures of the dashboard."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from shop.models import Customer, Order, OrderLine, Product
from shop.schemas.dashboard import Seller, Shelf, Spender, StatusCount

# Entries that each list of the dashboard has at most.
TOP = 5
# Pieces below which a product is nearly sold out.
FEW = 10


async def by_status(session: AsyncSession) -> list[StatusCount]:
    """How many orders have come how far, and what they are worth."""
    rows = await session.execute(
        select(Order.status, func.count().label("orders"), func.sum(Order.total).label("revenue"))
        .group_by(Order.status)
        .order_by(Order.status)
    )
    return [StatusCount.model_validate(row) for row in rows]


async def best_sellers(session: AsyncSession) -> list[Seller]:
    """The products of which most pieces were sold, best first."""
    pieces = func.sum(OrderLine.quantity).label("pieces")
    rows = await session.execute(
        select(Product.id.label("product_id"), Product.name, pieces)
        .join(OrderLine, OrderLine.product_id == Product.id)
        .group_by(Product.id, Product.name)
        .order_by(pieces.desc(), Product.id)
        .limit(TOP)
    )
    return [Seller.model_validate(row) for row in rows]


async def best_customers(session: AsyncSession) -> list[Spender]:
    """The customers who have spent most, best first."""
    spent = func.sum(Order.total).label("spent")
    rows = await session.execute(
        select(Customer.id, Customer.first_name, Customer.last_name, spent)
        .join(Order, Order.customer_id == Customer.id)
        .group_by(Customer.id, Customer.first_name, Customer.last_name)
        .order_by(spent.desc(), Customer.id)
        .limit(TOP)
    )
    return [
        Spender(customer_id=row.id, name=f"{row.first_name} {row.last_name}", spent=row.spent)
        for row in rows
    ]


async def low_stock(session: AsyncSession) -> list[Shelf]:
    """The products that are nearly sold out, the emptiest first."""
    rows = await session.execute(
        select(Product.id.label("product_id"), Product.name, Product.stock)
        .where(Product.stock < FEW)
        .order_by(Product.stock, Product.id)
        .limit(TOP)
    )
    return [Shelf.model_validate(row) for row in rows]
