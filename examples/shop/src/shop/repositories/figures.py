"""The figures of the dashboard."""

from __future__ import annotations

from sqlalchemy import func, select

from shop.models import Customer, Order, OrderLine, Product
from shop.repositories.orders import newest_first
from shop.schemas.dashboard import Seller, Shelf, Spender, StatusCount
from shop.schemas.order import OrderBrief
from taskbound import Database, projection

# Entries that each list of the dashboard has at most.
TOP = 5
# Pieces below which a product is nearly sold out.
FEW = 10

# Those of which most pieces were sold, best first.
BEST_SELLERS = projection(
    Seller,
    select(Product)
    .join(Product.lines)
    .group_by(Product.id)
    .order_by(func.sum(OrderLine.quantity).desc(), Product.id)
    .limit(TOP),
)
# Those who have spent most, best first.
BEST_CUSTOMERS = projection(
    Spender,
    select(Customer)
    .join(Customer.orders)
    .group_by(Customer.id)
    .order_by(func.sum(Order.total).desc(), Customer.id)
    .limit(TOP),
)
# The emptiest first.
LOW_STOCK = projection(
    Shelf,
    select(Product).where(Product.stock < FEW).order_by(Product.stock, Product.id).limit(TOP),
)
LATEST = projection(OrderBrief, newest_first().limit(TOP))


async def by_status(db: Database) -> list[StatusCount]:
    """How many orders have come how far, and what they are worth."""
    statement = (
        select(Order.status, func.count().label("orders"), func.sum(Order.total).label("revenue"))
        .group_by(Order.status)
        .order_by(Order.status)
    )
    async with db.session() as session:
        rows = await session.execute(statement)
    return [StatusCount.model_validate(row, from_attributes=True) for row in rows]
