"""The shop at one glance, over the wire."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from shop.models import OrderStatus
from shop.schemas.order import OrderBrief


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class StatusCount(_Read):
    """How many orders have come so far, and what they are worth."""

    status: OrderStatus
    orders: int
    revenue: Decimal


class Seller(_Read):
    """A product and how many pieces of it were sold."""

    product_id: int
    name: str
    pieces: int


class Spender(_Read):
    """A customer and what they have spent."""

    customer_id: int
    name: str
    spent: Decimal


class Shelf(_Read):
    """A product that is nearly sold out."""

    product_id: int
    name: str
    stock: int


class Dashboard(BaseModel):
    """The shop at one glance."""

    by_status: list[StatusCount]
    best_sellers: list[Seller]
    best_customers: list[Spender]
    low_stock: list[Shelf]
    latest: list[OrderBrief]
