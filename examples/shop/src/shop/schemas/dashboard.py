"""The shop at one glance, over the wire."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel

from shop.models import OrderStatus
from shop.schemas.order import OrderBrief
from taskbound import From, Sum


class StatusCount(BaseModel):
    """How many orders have come so far, and what they are worth."""

    status: OrderStatus
    orders: int
    revenue: Decimal


class Seller(BaseModel):
    """A product and how many pieces of it were sold."""

    product_id: Annotated[int, From("id")]
    name: str
    pieces: Annotated[int | None, Sum("lines.quantity")]


class Spender(BaseModel):
    """A customer and what they have spent."""

    customer_id: Annotated[int, From("id")]
    name: str
    spent: Annotated[Decimal | None, Sum("orders.total")]


class Shelf(BaseModel):
    """A product that is nearly sold out."""

    product_id: Annotated[int, From("id")]
    name: str
    stock: int


class Dashboard(BaseModel):
    """The shop at one glance."""

    by_status: list[StatusCount]
    best_sellers: list[Seller]
    best_customers: list[Spender]
    low_stock: list[Shelf]
    latest: list[OrderBrief]
