"""Reads of orders."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, select

from shop.models import Order, OrderStatus
from shop.schemas.order import OrderBrief, OrderNotice, OrderRead, OrderRow
from taskbound import projection, verify

# An order with its customer and its lines, down to products, albums and artists.
ORDER = projection(OrderRead, Order)
ORDER_OF_KEY = projection(OrderRead, select(Order).where(Order.idempotency_key == bindparam("key")))

NOTICE = projection(OrderNotice, Order)
EXPORT = projection(OrderRow, select(Order).order_by(Order.id))

verify(OrderBrief, Order)

# Rows that are in memory at once while an export is read.
CHUNK = 500


def newest_first(
    *, status: OrderStatus | None = None, customer_id: int | None = None
) -> Select[Any]:
    """The orders, newest first.

    status, customer_id: only these orders; None means all.
    """
    statement = select(Order).order_by(Order.placed_at.desc(), Order.id.desc())
    if status is not None:
        statement = statement.where(Order.status == status)
    if customer_id is not None:
        statement = statement.where(Order.customer_id == customer_id)
    return statement
