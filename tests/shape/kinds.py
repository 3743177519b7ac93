"""The same DTOs in each of the libraries: an order with its customer and its lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple, TypedDict

import attrs
import msgspec
import pydantic

from taskbound import From


class PydanticLine(pydantic.BaseModel):
    product: str


class PydanticOrder(pydantic.BaseModel):
    id: int
    note: str | None
    customer_name: Annotated[str, From("customer.name")]
    lines: list[PydanticLine]
    state: str = "new"


class MsgspecLine(msgspec.Struct):
    product: str


class MsgspecOrder(msgspec.Struct):
    id: int
    note: str | None
    customer_name: Annotated[str, From("customer.name")]
    lines: list[MsgspecLine]
    state: str = "new"


@dataclass
class DataclassLine:
    product: str


@dataclass
class DataclassOrder:
    id: int
    note: str | None
    customer_name: Annotated[str, From("customer.name")]
    lines: list[DataclassLine]
    state: str = "new"


@pydantic.dataclasses.dataclass
class CheckedLine:
    product: str


@pydantic.dataclasses.dataclass
class CheckedOrder:
    id: int
    note: str | None
    customer_name: Annotated[str, From("customer.name")]
    lines: list[CheckedLine]
    state: str = "new"


@attrs.define
class AttrsLine:
    product: str


@attrs.define
class AttrsOrder:
    id: int
    note: str | None
    customer_name: Annotated[str, From("customer.name")]
    lines: list[AttrsLine]
    state: str = "new"


class NamedLine(NamedTuple):
    product: str


class NamedOrder(NamedTuple):
    id: int
    note: str | None
    customer_name: Annotated[str, From("customer.name")]
    lines: list[NamedLine]
    state: str = "new"


class DictLine(TypedDict):
    product: str


class _DictOrder(TypedDict):
    id: int
    note: str | None
    customer_name: Annotated[str, From("customer.name")]
    lines: list[DictLine]


class DictOrder(_DictOrder, total=False):
    state: str


KINDS: list[tuple[Any, Any]] = [
    (PydanticOrder, PydanticLine),
    (MsgspecOrder, MsgspecLine),
    (DataclassOrder, DataclassLine),
    (CheckedOrder, CheckedLine),
    (AttrsOrder, AttrsLine),
    (NamedOrder, NamedLine),
    (DictOrder, DictLine),
]
