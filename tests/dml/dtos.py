"""The DTOs of the tests of writes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from msgspec import UNSET as MSGSPEC_UNSET
from msgspec import Struct, UnsetType
from pydantic import BaseModel

from taskbound import UNSET, From, Unset
from tests.dml.models import Status


class NewLine(BaseModel):
    number: int
    quantity: int


class NewOrder(BaseModel):
    customer_id: int
    status: Status = Status.OPEN
    total: Decimal = Decimal("0.00")
    code: str | None = None


class OrderWithLines(NewOrder):
    lines: list[NewLine] = []


class NewCustomer(BaseModel):
    name: str
    email: str | None = None


class OrderOfNewCustomer(BaseModel):
    customer: NewCustomer
    code: str | None = None


class OrderRead(BaseModel):
    id: int
    status: Status
    reference: str
    total: Decimal
    code: str | None
    channel: str
    changed: int


class LineRead(BaseModel):
    number: int
    quantity: int


class OrderInFull(BaseModel):
    id: int
    customer: Annotated[str, From("customer.name")]
    lines: list[LineRead]


class OrderPatch(BaseModel):
    status: Status = Status.OPEN
    total: Decimal | None = None
    code: str | None = None


class OrderPatchInMsgspec(Struct):
    status: Status | UnsetType = MSGSPEC_UNSET
    code: str | UnsetType | None = MSGSPEC_UNSET


@dataclass
class OrderPatchInDataclass:
    status: Status | Unset = UNSET
    code: str | Unset | None = UNSET


def customers(count: int) -> Iterator[NewCustomer]:
    for number in range(count):
        yield NewCustomer(name=f"N{number}", email=f"{number}@example.org")
