"""A DTO is checked before it is used, and its plan is made once."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, dataclass
from typing import Annotated, Any

import pytest
from sqlalchemy.orm.exc import UnmappedClassError

from taskbound import (
    Limit,
    NoShape,
    NullableField,
    UnfitType,
    UnknownField,
    UnreadableField,
    verify,
)
from taskbound.plan import plan_of, verify_all
from taskbound.plan.verify import _plan
from tests.plan.fields import dataclass_of
from tests.plan.models import Customer, Order


@dataclass
class Named:
    id: int


def test_a_dto_that_fits_passes_in_silence() -> None:
    verify(Named, Order)


def test_a_dto_that_does_not_fit_is_refused_each_time() -> None:
    wrong = dataclass_of("colour", str)

    for _ in range(2):
        with pytest.raises(UnknownField):
            verify(wrong, Order)


@dataclass
class WrongLine:
    product: int
    amount: int


@dataclass
class WrongOrder:
    id: int
    colour: str
    payer: Named
    lines: list[WrongLine]


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(UnknownField) as caught:
        verify(WrongOrder, Order)

    assert str(caught.value) == (
        "WrongOrder.colour asks for Order.colour, which does not exist; name a path with "
        'From("relation.column"), or give the field a default (TB503, docs/errors/TB503.md)\n'
        "and 3 more:\n"
        "  WrongOrder.payer refuses None, but Order.payer may be absent; annotate payer with "
        "`| None`, or make the foreign key required (TB505, docs/errors/TB505.md)\n"
        "  WrongLine.product is int, but Line.product holds str; annotate product with str "
        "(TB506, docs/errors/TB506.md)\n"
        "  WrongLine.amount asks for Line.amount, which does not exist; name a path with "
        'From("relation.column"), or give the field a default (TB503, docs/errors/TB503.md)'
    )
    assert [type(other) for other in caught.value.others] == [
        NullableField,
        UnfitType,
        UnknownField,
    ]


def test_what_is_wrong_twice_is_told_once() -> None:
    @dataclass
    class Twice:
        customer: WrongLine
        payer: WrongLine | None

    with pytest.raises(UnknownField) as caught:
        verify(Twice, Order)

    assert [str(other).split()[0] for other in caught.value.others] == ["WrongLine.amount"]


def test_all_that_is_wrong_survives_pickling() -> None:
    with pytest.raises(UnknownField) as caught:
        verify(WrongOrder, Order)

    copy = pickle.loads(pickle.dumps(caught.value))

    assert str(copy) == str(caught.value)


def test_several_dtos_are_verified_at_once() -> None:
    with pytest.raises(UnfitType) as caught:
        verify_all([(Named, Order), (dataclass_of("id", str), Order), (WrongOrder, Order)])

    assert len(caught.value.others) == 4


def test_what_cannot_be_read_is_told_at_once_too() -> None:
    wrong = dataclass_of("first", Annotated[int, Limit(3)], second=Annotated[int, Limit(3)])

    with pytest.raises(UnreadableField) as caught:
        verify(wrong, Order)

    assert [str(other).split()[0] for other in caught.value.others] == ["Read.second"]


def test_a_plan_is_made_once_for_a_dto_and_a_model() -> None:
    assert plan_of(Named, Order) is plan_of(Named, Order)
    assert plan_of(Named, Order) is not plan_of(Named, Customer)


def test_a_plan_does_not_change() -> None:
    plan: Any = plan_of(Named, Order)

    with pytest.raises(FrozenInstanceError):
        plan.parts = ()


def test_the_plans_that_are_kept_are_bounded() -> None:
    assert _plan.cache_info().maxsize == 1024


def test_a_class_that_is_not_mapped_is_refused_by_sqlalchemy() -> None:
    with pytest.raises(UnmappedClassError):
        verify(Named, Named)


@pytest.mark.parametrize("dto", [[1], {}, 5])
def test_a_value_is_no_dto(dto: Any) -> None:
    with pytest.raises(NoShape) as caught:
        verify(dto, Order)

    assert str(caught.value).startswith(f"{dto} is no DTO; ")
