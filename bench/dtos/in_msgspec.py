"""The answers as msgspec Structs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec


class CustomerRead(msgspec.Struct):
    """A customer inside of an order."""

    id: int
    name: str
    email: str


class LineRead(msgspec.Struct):
    """A line of an order."""

    id: int
    product_id: int
    quantity: int
    price: Decimal


class OrderRead(msgspec.Struct):
    """An order with its customer and lines."""

    id: int
    status: str
    placed_at: datetime
    total: Decimal
    customer: CustomerRead
    lines: list[LineRead]


class ProductBrief(msgspec.Struct):
    """A product inside of a line."""

    id: int
    name: str
    price: Decimal


class LineOfOrder(msgspec.Struct):
    """A line with its product."""

    id: int
    quantity: int
    product: ProductBrief


class OrderOfCustomer(msgspec.Struct):
    """An order inside of a customer."""

    id: int
    status: str
    total: Decimal
    lines: list[LineOfOrder]


class CustomerWithOrders(msgspec.Struct):
    """A customer with everything below: four levels."""

    id: int
    name: str
    orders: list[OrderOfCustomer]


class ProductRead(msgspec.Struct):
    """A product with nothing below."""

    id: int
    name: str
    price: Decimal
    stock: int


class MeasurementRead(msgspec.Struct):
    """One of very many rows."""

    id: int
    sensor: int
    value: int
