"""Markers refuse what they cannot mean."""

from __future__ import annotations

from typing import Any

import pytest

from taskbound import By, From
from tests.plan.models import Order


@pytest.mark.parametrize("path", ["", ".", "customer.", "customer..name", "customer name", "a[0]"])
def test_a_path_is_made_of_names(path: str) -> None:
    with pytest.raises(ValueError) as caught:
        From(path)

    assert str(caught.value) == f"{path!r} is no path of names with dots between them"


def test_a_key_is_one_name() -> None:
    with pytest.raises(ValueError) as caught:
        By("customer.name")

    assert str(caught.value) == "'customer.name' is no name of a field"


def test_names_that_sql_or_python_reserve_are_names() -> None:
    assert From("order.select").path == "order.select"


@pytest.mark.parametrize("source", [None, 5, Order, b"id"])
def test_what_is_neither_a_path_nor_sql_is_no_source(source: Any) -> None:
    with pytest.raises(ValueError) as caught:
        From(source)

    assert str(caught.value) == (
        f"{source!r} is no path, no SQL expression and no function that gives one"
    )


def test_sources_are_equal_by_their_path_and_sql_only_to_itself() -> None:
    sql = From(Order.id)

    assert From("id") == From("id")
    assert hash(From("id")) == hash(From("id"))
    assert sql == sql  # noqa: PLR0124
    assert sql != From(Order.id)
    assert sql != From("id")
    assert From("id") != "id"
