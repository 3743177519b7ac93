"""The answers as Pydantic models, which read entities as well as dicts; and what is written."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, ConfigDict


class _Read(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class CustomerRead(_Read):
    """A customer inside of an order."""

    id: int
    name: str
    email: str


class LineRead(_Read):
    """A line of an order."""

    id: int
    product_id: int
    quantity: int
    price: Decimal


class OrderRead(_Read):
    """An order with its customer and lines."""

    id: int
    status: str
    placed_at: datetime
    total: Decimal
    customer: CustomerRead
    lines: list[LineRead]


class ProductBrief(_Read):
    """A product inside of a line."""

    id: int
    name: str
    price: Decimal


class LineOfOrder(_Read):
    """A line with its product."""

    id: int
    quantity: int
    product: ProductBrief


class OrderOfCustomer(_Read):
    """An order inside of a customer."""

    id: int
    status: str
    total: Decimal
    lines: list[LineOfOrder]


class CustomerWithOrders(_Read):
    """A customer with everything below: four levels."""

    id: int
    name: str
    orders: list[OrderOfCustomer]


class ProductRead(_Read):
    """A product with nothing below."""

    id: int
    name: str
    price: Decimal
    stock: int


class MeasurementRead(_Read):
    """One of very many rows."""

    id: int
    sensor: int
    value: int


class OrderRow(_Read):
    """An order as it stands in its table."""

    id: int
    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal


class OrderKey(_Read):
    """The key that the database has given to an order."""

    id: int


class NewOrder(BaseModel):
    """An order to be written, without lines."""

    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal


class NewLine(BaseModel):
    """A line to be written with its order."""

    product_id: int
    quantity: int
    price: Decimal


class NewOrderWithLines(BaseModel):
    """An order to be written with its lines."""

    customer_id: int
    status: str
    placed_at: datetime
    total: Decimal
    lines: list[NewLine]


class OrderPatch(BaseModel):
    """What may change of an order."""

    status: str | None = None
    total: Decimal | None = None


class NewCustomer(BaseModel):
    """A customer to be written, whether they are there or not."""

    name: str
    email: str


class NewEvent(BaseModel):
    """One of very many rows to be written."""

    kind: str
    product_id: int
    amount: Decimal
    happened_at: datetime
