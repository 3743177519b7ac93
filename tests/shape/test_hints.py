"""Annotations are looked up, and type variables replaced."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Generic, NamedTuple, TypedDict, TypeVar

import attrs
import msgspec
import pydantic
import pytest

from taskbound import From, UnreadableField
from taskbound.shape import Listed, Nested, Scalar, read_shape

if TYPE_CHECKING:
    from decimal import Decimal

T = TypeVar("T")
S = TypeVar("S")


@dataclass
class Line:
    id: int


@dataclass
class DataclassPage(Generic[T]):
    items: list[T]
    first: Annotated[T | None, From("items")]


class PydanticPage(pydantic.BaseModel, Generic[T]):
    items: list[T]
    first: Annotated[T | None, From("items")]


class MsgspecPage(msgspec.Struct, Generic[T]):
    items: list[T]
    first: Annotated[T | None, From("items")]


@attrs.define
class AttrsPage(Generic[T]):
    items: list[T]
    first: Annotated[T | None, From("items")]


class DictPage(TypedDict, Generic[T]):
    items: list[T]
    first: Annotated[T | None, From("items")]


class NamedPage(NamedTuple, Generic[T]):
    items: list[T]
    first: Annotated[T | None, From("items")]


_PAGES: list[Any] = [DataclassPage, PydanticPage, MsgspecPage, AttrsPage, DictPage, NamedPage]


@dataclass
class Pair(Generic[S, T]):
    left: S
    right: T


@dataclass
class Swapped(Pair[T, S]):
    both: DataclassPage[S]


@dataclass
class Words(Swapped[str, int]):
    pass


class PairDict(TypedDict, Generic[S, T]):
    left: S
    right: T


class SwappedDict(PairDict[T, S], Generic[S, T]):
    mine: S


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.__name__)
def test_a_generic_dto_holds_what_it_is_given(page: Any) -> None:
    items, first = read_shape(page[Line]).fields

    assert isinstance(items.content, Listed)
    assert items.content.shape.type is Line
    assert isinstance(first.content, Nested)
    assert (first.path, first.optional) == (("items",), True)


@pytest.mark.parametrize("page", _PAGES, ids=lambda page: page.__name__)
def test_a_generic_dto_without_arguments_is_refused(page: Any) -> None:
    with pytest.raises(UnreadableField) as caught:
        read_shape(page)

    told = [
        f"{page.__name__}.{field} is annotated with the type variable T, which stands for nothing "
        f"here; write {page.__name__}[...] with the type that is meant (TB508, docs/errors/TB508.md)"
        for field in ("items", "first")
    ]
    assert str(caught.value) == f"{told[0]}\nand 1 more:\n  {told[1]}"


def test_type_variables_are_followed_through_base_classes() -> None:
    left, right, both = read_shape(Words).fields

    assert (left.content, right.content) == (Scalar(str), Scalar(int))
    assert isinstance(both.content, Nested)
    assert both.content.shape.name == "DataclassPage[int]"


def test_type_variables_are_followed_through_base_dicts() -> None:
    shape = read_shape(SwappedDict[int, str])

    assert {field.name: field.content for field in shape.fields} == {
        "left": Scalar(str),
        "right": Scalar(int),
        "mine": Scalar(int),
    }


def test_a_name_that_only_a_type_checker_sees_is_refused_with_its_field() -> None:
    @dataclass
    class OrderRead:
        id: int
        total: Decimal | None

    with pytest.raises(UnreadableField) as caught:
        read_shape(OrderRead)

    assert str(caught.value) == (
        "OrderRead.total is annotated 'Decimal | None', and Decimal is a name that module "
        "tests.shape.test_hints does not have; define or import Decimal at the top of that module, "
        "outside `if TYPE_CHECKING` (TB508, docs/errors/TB508.md)"
    )


@dataclass
class Misspelled:
    id: int
    at: dt.datetme  # type: ignore[name-defined]


@dataclass
class Derived(Misspelled):
    more: int


def test_what_cannot_be_evaluated_is_refused_with_its_field() -> None:
    with pytest.raises(UnreadableField) as caught:
        read_shape(Derived)

    assert str(caught.value) == (
        "Derived.at is annotated with what cannot be evaluated: module 'datetime' has no attribute "
        "'datetme'; write the type that it is to have (TB508, docs/errors/TB508.md)"
    )
