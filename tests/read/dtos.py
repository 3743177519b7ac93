"""What the tests of reads ask for."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

import msgspec
import pydantic

from taskbound import From


@dataclass
class OrderRow:
    """Of one table."""

    id: int
    total: Decimal


@dataclass
class CustomerRead:
    id: int
    name: str


@dataclass
class LineRead:
    number: int
    quantity: int
    product: Annotated[str, From("product.name")]


@dataclass
class OrderRead:
    """With a join and with children."""

    id: int
    total: Decimal
    customer: CustomerRead
    lines: list[LineRead]


@dataclass
class OrderWithPayer:
    id: int
    payer: CustomerRead | None


@dataclass
class TagRead:
    name: str


@dataclass
class TaggedOrder:
    id: int
    tags: list[TagRead]


class OrderModel(pydantic.BaseModel):
    id: int
    customer: Annotated[str, From("customer.name")]


class OrderStruct(msgspec.Struct):
    id: int
    customer: Annotated[str, From("customer.name")]


ORDERS = [
    OrderRead(
        1,
        Decimal("10.50"),
        CustomerRead(1, "Ada"),
        [LineRead(1, 3, "tea"), LineRead(2, 1, "pot")],
    ),
    OrderRead(2, Decimal("3.00"), CustomerRead(1, "Ada"), [LineRead(1, 5, "tea")]),
    OrderRead(3, Decimal("0.00"), CustomerRead(2, "Bob"), []),
]
ROWS = [OrderRow(order.id, order.total) for order in ORDERS]
