"""What stands for no SQL is refused."""

from __future__ import annotations

from typing import Any

import pytest

from taskbound import UnreadableField
from taskbound.plan import plan_of
from tests.plan.fields import dataclass_of
from tests.plan.models import Money, Order


@pytest.mark.parametrize(
    ("name", "annotation", "message"),
    [
        (
            "price",
            object,
            "Order.price, which is a composite of amount, currency; have a field for each of these",
        ),
        (
            "shouted",
            str,
            "Order.shouted, which is a hybrid whose SQL cannot be made: AttributeError: Neither "
            "'InstrumentedAttribute' object nor 'Comparator' object associated with Order.currency "
            "has an attribute 'upper'; give the hybrid an expression: @<name>.inplace.expression",
        ),
        (
            "constant",
            int,
            "Order.constant, which is a hybrid that gives no SQL; give the hybrid an expression: "
            "@<name>.inplace.expression",
        ),
        (
            "costs_more_than",
            bool,
            "Order.costs_more_than, which is no value of SQL; name a column or a hybrid_property",
        ),
    ],
)
def test_what_has_no_sql_is_refused(name: str, annotation: Any, message: str) -> None:
    with pytest.raises(UnreadableField) as caught:
        plan_of(dataclass_of(name, annotation), Order)

    assert str(caught.value) == f"Read.{name} asks for {message} (TB508, docs/errors/TB508.md)"


def test_a_composite_is_no_relation() -> None:
    with pytest.raises(UnreadableField) as caught:
        plan_of(dataclass_of("price", Money), Order)

    assert caught.value.reason == "asks for Order.price, which is a composite of amount, currency"
