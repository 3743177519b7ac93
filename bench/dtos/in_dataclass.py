"""The answers, and what is written, as dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from taskbound import UNSET, Unset


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


@dataclass(slots=True)
class OrderRow:
    """An order as it stands in its table."""

    id: int
    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal


@dataclass(slots=True)
class OrderKey:
    """The key that the database has given to an order."""

    id: int


@dataclass(slots=True)
class NewOrder:
    """An order to be written, without lines."""

    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal


@dataclass(slots=True)
class NewLine:
    """A line to be written with its order."""

    product_id: int
    quantity: int
    price: Decimal


@dataclass(slots=True)
class NewOrderWithLines:
    """An order to be written with its lines."""

    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal
    lines: list[NewLine]


@dataclass(slots=True)
class OrderPatch:
    """What may change of an order."""

    status: str | Unset = UNSET
    total: Decimal | Unset = UNSET


@dataclass(slots=True)
class NewCustomer:
    """A customer to be written, whether they are there or not."""

    name: str
    email: str


@dataclass(slots=True)
class NewEvent:
    """One of very many rows to be written."""

    kind: str
    product_id: int
    amount: Decimal
    happened_at: datetime
