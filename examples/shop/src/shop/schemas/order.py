"""Orders over the wire."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from shop.models import OrderStatus
from shop.schemas.customer import CustomerBrief
from shop.schemas.number import Key
from shop.schemas.product import ProductBrief
from taskbound import Count, From

# Pieces of one product, and products, that one order may have.
MOST_PIECES = 1_000
MOST_LINES = 100


class LineWrite(BaseModel):
    """So many pieces of a product."""

    model_config = ConfigDict(extra="forbid")

    product_id: Key
    quantity: Annotated[int, Field(ge=1, le=MOST_PIECES)]


def _one_line_a_product(lines: list[LineWrite]) -> list[LineWrite]:
    if len({line.product_id for line in lines}) < len(lines):
        raise ValueError("a product may stand on one line only")
    return lines


class OrderWrite(BaseModel):
    """An order to place: who buys what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"customer_id": 1, "lines": [{"product_id": 3, "quantity": 2}]}]
        },
    )

    customer_id: Key
    lines: Annotated[
        list[LineWrite],
        Field(min_length=1, max_length=MOST_LINES),
        AfterValidator(_one_line_a_product),
    ]


class OrderBrief(BaseModel):
    """An order in a list."""

    id: int
    reference: UUID
    status: OrderStatus
    placed_at: datetime
    total: Decimal
    customer: CustomerBrief


class LineRead(BaseModel):
    """A line of an order: the product, down to its artist, at the price of that day."""

    id: int
    product: ProductBrief
    unit_price: Decimal
    quantity: int
    amount: Decimal


class OrderRead(OrderBrief):
    """An order with everything that belongs to it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": 7,
                    "reference": "6a2f41a3-c54c-4d27-b3a1-6fcf1a3f4f6e",
                    "status": "placed",
                    "placed_at": "2025-05-17T09:30:00Z",
                    "total": "1.98",
                    "customer": {"id": 1, "name": "Ada Lovelace", "email": "ada@example.org"},
                    "billing": {"city": "London", "country": "United Kingdom"},
                    "lines": [
                        {
                            "id": 12,
                            "product": {
                                "id": 3,
                                "name": "Northern Lights",
                                "album": {
                                    "id": 2,
                                    "title": "Winter",
                                    "artist": {"id": 5, "name": "The Harbour Band"},
                                },
                            },
                            "unit_price": "0.99",
                            "quantity": 2,
                            "amount": "1.98",
                        }
                    ],
                }
            ]
        },
    )

    billing: dict[str, Any]
    lines: list[LineRead]


class OrderRow(NamedTuple):
    """One order of an export."""

    reference: UUID
    placed_at: datetime
    status: OrderStatus
    customer: Annotated[str, From("customer.name")]
    lines: Annotated[int, Count("lines")]
    total: Decimal


class OrderNotice(NamedTuple):
    """What a customer is told about an order, and where."""

    recipient: Annotated[str, From("customer.email")]
    reference: UUID
    total: Decimal
