"""A DTO is checked before it is used, and its plan is made once."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from typing import Any

import pytest
from sqlalchemy.orm.exc import UnmappedClassError

from taskbound import NoShape, UnknownField, verify
from taskbound.plan import plan_of
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
