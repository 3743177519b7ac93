"""DTOs whose JSON is asked for: those that a database can write, and those that only their library can."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Annotated, Any, NamedTuple

import attrs
import msgspec
import pydantic
from typing_extensions import TypedDict

from taskbound import By, Count, Exists, From, Limit, Max, OrderBy, Sum, Where
from tests.read.models import Line


class Customer(pydantic.BaseModel):
    id: int
    name: str
    email: str | None


class Product(pydantic.BaseModel):
    id: int
    name: str


class OrderLine(pydantic.BaseModel):
    number: int
    product: Product


class Everything(pydantic.BaseModel):
    """An order with all that a plan can have."""

    id: int
    total: Decimal
    customer: Customer
    payer: Customer | None
    lines: list[OrderLine]
    tags: Annotated[tuple[Product, ...], OrderBy(lambda tag: tag.name)]
    by_id: Annotated[dict[int, Product], From("tags"), By("id")]
    many: Annotated[list[OrderLine], From("lines"), Where(lambda line: line.quantity > 1), Limit(1)]
    payer_name: Annotated[str | None, From("payer.name")]


class Figures(pydantic.BaseModel):
    """An order with what is told about its lines."""

    id: int
    count: Annotated[int, Count("lines", where=Line.quantity > 1)]
    pieces: Annotated[int | None, Sum("lines.quantity")]
    paid: Annotated[Decimal | None, Sum("payments.amount")]
    last: Annotated[str | None, Max("tags.name")]
    empty: Annotated[bool, Exists("lines")]


class AsStruct(msgspec.Struct, rename="camel"):
    id: int
    payer_id: int | None
    lines: list[StructLine]


class StructLine(msgspec.Struct):
    number: int
    order_total: Annotated[Decimal, From("order.total")]


@dataclasses.dataclass
class AsDataclass:
    id: int
    total: Decimal
    customer: Customer


class AsTypedDict(TypedDict):
    id: int
    customer: DictCustomer


class DictCustomer(TypedDict):
    name: str


@attrs.define
class AsAttrs:
    id: int
    total: Decimal


class Aliased(pydantic.BaseModel):
    """Written by the alias, with one inside that is not."""

    model_config = pydantic.ConfigDict(serialize_by_alias=True)

    id: int
    total: Decimal = pydantic.Field(alias="theTotal")
    customer: InnerAliased


class InnerAliased(pydantic.BaseModel):
    id: int
    name: str = pydantic.Field(serialization_alias="theName")


class Defaulted(pydantic.BaseModel):
    id: int
    lacking: int = 7


class Computed(pydantic.BaseModel):
    id: int

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def double(self) -> int:
        return 2 * self.id


class Serialised(pydantic.BaseModel):
    id: int
    total: Decimal

    @pydantic.field_serializer("total")
    def _rounded(self, total: Decimal) -> int:
        return round(total)


class Validated(pydantic.BaseModel):
    id: int

    @pydantic.field_validator("id")
    @classmethod
    def _negative(cls, value: int) -> int:
        return -value


class Constrained(pydantic.BaseModel):
    id: int = pydantic.Field(ge=1)


class Stripped(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(str_to_upper=True)

    id: int


class LeftOut(pydantic.BaseModel):
    id: int
    total: Decimal = pydantic.Field(exclude=True)


class WithWork(pydantic.BaseModel):
    id: int

    def model_post_init(self, _: Any) -> None:
        self.id += 100


@dataclasses.dataclass
class DataclassWithWork:
    id: int

    def __post_init__(self) -> None:
        self.id += 100


class Converted(pydantic.BaseModel):
    id: float


class Tagged(msgspec.Struct, tag=True):
    id: int


class WithoutDefaults(msgspec.Struct, omit_defaults=True):
    id: int


class Row(NamedTuple):
    id: int
    total: Decimal


class Sets(pydantic.BaseModel):
    id: int
    tags: set[FrozenTag]


class FrozenTag(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True)

    name: str


class Mixed(pydantic.BaseModel):
    """Pydantic's, with msgspec's inside."""

    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    id: int
    lines: list[StructLine]


class Uncertain(pydantic.BaseModel):
    """With SQL whose type only SQLAlchemy says."""

    id: int
    half: Annotated[Decimal, From(lambda order: order.total / 2)]


class Certain(pydantic.BaseModel):
    """With SQL whose type follows from its columns."""

    id: int
    sum: Annotated[int, From(lambda order: order.id + order.customer_id)]
    owed: Annotated[bool, From(lambda order: order.total > 5)]


class Nested(pydantic.BaseModel):
    """A customer, three levels deep."""

    id: int
    orders: list[NestedOrder]


class NestedOrder(pydantic.BaseModel):
    id: int
    lines: list[OrderLine]
    tags: Annotated[dict[int, Product], By("id")]
