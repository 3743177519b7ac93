"""Markers of aggregates refuse what they cannot mean."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from taskbound import Count, Exists, Max, Min, Sum


@pytest.mark.parametrize("marker", [Count, Exists])
def test_a_relation_is_named_by_its_path(marker: type[Count | Exists]) -> None:
    made = marker("customer.orders")

    assert (made.relation, made.column) == (("customer", "orders"), None)


@pytest.mark.parametrize("marker", [Sum, Min, Max])
def test_a_column_stands_behind_its_relation(marker: type[Sum | Min | Max]) -> None:
    made = marker("customer.orders.total")

    assert (made.relation, made.column) == (("customer", "orders"), "total")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Count("lines[0]"), "'lines[0]' is no path of names with dots between them"),
        (lambda: Sum("lines"), "'lines' is no column of a relation: Sum(\"lines.quantity\")"),
        (
            lambda: Exists("lines", where="quantity > 1"),
            "Exists has where='quantity > 1', which is no SQL expression and no function that "
            "gives one",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(make: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError) as caught:
        make()

    assert str(caught.value) == message
