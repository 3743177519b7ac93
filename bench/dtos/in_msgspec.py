"""The answers, and what is written, as msgspec Structs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType


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


class OrderRow(msgspec.Struct):
    """An order as it stands in its table."""

    id: int
    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal


class OrderKey(msgspec.Struct):
    """The key that the database has given to an order."""

    id: int


class NewOrder(msgspec.Struct):
    """An order to be written, without lines."""

    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal


class NewLine(msgspec.Struct):
    """A line to be written with its order."""

    product_id: int
    quantity: int
    price: Decimal


class NewOrderWithLines(msgspec.Struct):
    """An order to be written with its lines."""

    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal
    lines: list[NewLine]


class OrderPatch(msgspec.Struct):
    """What may change of an order."""

    status: str | UnsetType = UNSET
    total: Decimal | UnsetType = UNSET


class NewCustomer(msgspec.Struct):
    """A customer to be written, whether they are there or not."""

    name: str
    email: str


class NewEvent(msgspec.Struct):
    """One of very many rows to be written."""

    kind: str
    product_id: int
    amount: Decimal
    happened_at: datetime
