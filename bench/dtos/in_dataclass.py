"""The answers as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(slots=True)
class CustomerRead:
    """A customer inside of an order."""

    id: int
    name: str
    email: str


@dataclass(slots=True)
class LineRead:
    """A line of an order."""

    id: int
    product_id: int
    quantity: int
    price: Decimal


@dataclass(slots=True)
class OrderRead:
    """An order with its customer and lines."""

    id: int
    status: str
    placed_at: datetime
    total: Decimal
    customer: CustomerRead
    lines: list[LineRead]


@dataclass(slots=True)
class ProductBrief:
    """A product inside of a line."""

    id: int
    name: str
    price: Decimal


@dataclass(slots=True)
class LineOfOrder:
    """A line with its product."""

    id: int
    quantity: int
    product: ProductBrief


@dataclass(slots=True)
class OrderOfCustomer:
    """An order inside of a customer."""

    id: int
    status: str
    total: Decimal
    lines: list[LineOfOrder]


@dataclass(slots=True)
class CustomerWithOrders:
    """A customer with everything below: four levels."""

    id: int
    name: str
    orders: list[OrderOfCustomer]


@dataclass(slots=True)
class ProductRead:
    """A product with nothing below."""

    id: int
    name: str
    price: Decimal
    stock: int


@dataclass(slots=True)
class MeasurementRead:
    """One of very many rows."""

    id: int
    sensor: int
    value: int
