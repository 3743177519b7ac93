"""What is merely equal is not the same."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import pytest

from tests.truth.sameness import difference, value_form

MOMENT = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (0.0, -0.0),
        (1, 1.0),
        (1, True),
        (Decimal("1.0"), Decimal("1.00")),
        (Decimal(1), 1),
        ("a", b"a"),
        ([], ()),
        ({1}, frozenset({1})),
        (MOMENT, MOMENT.astimezone(dt.timezone(dt.timedelta(hours=1)))),
        (MOMENT, MOMENT.replace(tzinfo=None)),
        (dt.datetime(2024, 1, 1), dt.date(2024, 1, 1)),
        ([1, None], [None, 1]),
        ({"a": 1.0}, {"a": 1}),
    ],
)
def test_values_that_are_merely_equal_are_told_apart(one: Any, other: Any) -> None:
    assert value_form(one) != value_form(other)


def test_a_value_that_is_no_number_is_the_same_as_itself() -> None:
    assert value_form([math.nan]) == value_form([float("nan")])


def test_a_difference_is_told_by_its_path() -> None:
    found = [("Read", ("id", ("int", 1)), ("name", ("str", "a")))]
    expected = [("Read", ("id", ("int", 1)), ("name", ("str", "b")))]

    assert difference(found, expected) == "at [0].name.str[1]: 'a' instead of 'b'"
