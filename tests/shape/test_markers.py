"""Markers refuse what they cannot mean."""

from __future__ import annotations

import pytest

from taskbound import By, From


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
