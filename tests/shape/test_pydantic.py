"""Pydantic models: which fields are read, and how they take values."""

from __future__ import annotations

from typing import Annotated, Any

import pydantic
import pytest

from taskbound import From, NoShape, UnreadableField
from taskbound.shape import Nested, Scalar, Taking, read_shape


class Total(pydantic.BaseModel):
    net: int
    vat: int = pydantic.Field(alias="valueAddedTax", gt=0)
    _seen: bool = False

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def gross(self) -> int:
        return self.net + self.vat


def test_computed_and_private_fields_are_left_out() -> None:
    assert [field.name for field in read_shape(Total).fields] == ["net", "vat"]


def test_a_field_goes_by_its_name_where_it_has_an_alias() -> None:
    made = read_shape(Total).make({"net": 100, "vat": 19})

    assert made.gross == 119


def test_fields_inside_an_object_go_by_their_names_where_that_is_asked_for() -> None:
    class Bill(pydantic.BaseModel):
        total: Total

    bill = read_shape(Bill)

    assert (bill.by_name, read_shape(Total).by_name) == (False, True)
    assert bill.make_by_name is not None
    assert bill.make_by_name({"total": {"net": 100, "vat": 19}}).total.gross == 119


def test_validators_run() -> None:
    with pytest.raises(pydantic.ValidationError):
        read_shape(Total).make({"net": 100, "vat": -1})


def test_a_marker_beside_constraints_is_found() -> None:
    class OrderRead(pydantic.BaseModel):
        number: Annotated[int, pydantic.Field(gt=0), From("id")]

    (field,) = read_shape(OrderRead).fields

    assert (field.path, field.content) == (("id",), Scalar(int))


def test_how_a_field_takes_values_follows_its_validators_and_strictness() -> None:
    class Base(pydantic.BaseModel):
        usual: int
        strict: Annotated[int, pydantic.Strict()]
        after: Annotated[int, pydantic.AfterValidator(abs)]
        before: Annotated[int, pydantic.BeforeValidator(len)]
        named: int

        @pydantic.field_validator("named", mode="before")
        @classmethod
        def _read(cls, value: Any) -> int:
            return len(value)

    assert {field.name: field.taking for field in read_shape(Base).fields} == {
        "usual": Taking.CONVERTED,
        "strict": Taking.UNCHANGED,
        "after": Taking.CONVERTED,
        "before": Taking.FREELY,
        "named": Taking.FREELY,
    }


def test_a_strict_model_takes_values_as_they_are() -> None:
    class Strict(pydantic.BaseModel, strict=True):
        id: int

    assert read_shape(Strict).fields[0].taking is Taking.UNCHANGED


def test_a_validator_before_the_model_may_change_every_field() -> None:
    class Free(pydantic.BaseModel):
        id: int

        @pydantic.model_validator(mode="before")
        @classmethod
        def _read(cls, values: Any) -> Any:
            return values

    assert read_shape(Free).fields[0].taking is Taking.FREELY


def test_a_root_model_is_no_object_with_fields() -> None:
    with pytest.raises(NoShape) as caught:
        read_shape(pydantic.RootModel[list[Total]])

    assert str(caught.value).startswith("RootModel[list[Total]] is no DTO; ")


class Early(pydantic.BaseModel):
    late: Late


class Late(pydantic.BaseModel):
    net: int


def test_a_name_that_is_known_by_now_is_looked_up() -> None:
    content = read_shape(Early).fields[0].content

    assert isinstance(content, Nested)
    assert content.shape.type is Late


def test_a_name_that_is_not_there_is_refused_with_its_field() -> None:
    class Order(pydantic.BaseModel):
        id: int
        total: Missing  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(UnreadableField) as caught:
        read_shape(Order)

    assert str(caught.value) == (
        "Order.total is annotated 'Missing', and Missing is a name that module "
        "tests.shape.test_pydantic does not have; define or import Missing at the top of that "
        "module, outside `if TYPE_CHECKING` (TB508, docs/errors/TB508.md)"
    )


def test_a_dataclass_of_pydantic_leaves_out_what_its_constructor_does_not_take() -> None:
    @pydantic.dataclasses.dataclass
    class Order:
        id: int
        seen: bool = pydantic.Field(default=False, init=False)
        vat: int = pydantic.Field(default=1, alias="valueAddedTax")

    shape = read_shape(Order)

    assert [field.name for field in shape.fields] == ["id", "vat"]
    assert shape.make({"id": "1", "vat": 2}).vat == 2
