"""TypedDicts: which keys are read."""

from __future__ import annotations

from typing import NotRequired, Required, TypedDict

import pytest
import typing_extensions

from taskbound.shape import Scalar, read_shape


class Order(TypedDict):
    id: int
    note: NotRequired[str | None]


class Draft(TypedDict, total=False):
    id: Required[int]
    note: str | None


class Extended(typing_extensions.TypedDict):
    id: typing_extensions.ReadOnly[int]
    note: typing_extensions.NotRequired[str | None]


@pytest.mark.parametrize("dto", [Order, Draft, Extended])
def test_a_key_that_may_be_missing_has_a_default_so_to_speak(dto: type[object]) -> None:
    shape = read_shape(dto)

    assert [(field.name, field.content, field.required) for field in shape.fields] == [
        ("id", Scalar(int), True),
        ("note", Scalar(str), False),
    ]
    assert shape.make(id=1) == {"id": 1}
