"""NamedTuples: which fields are read."""

from __future__ import annotations

from collections import namedtuple
from typing import Any

from taskbound.shape import Scalar, read_shape

Untyped = namedtuple("Untyped", ["id", "name"], defaults=["nobody"])  # noqa: PYI024


def test_a_namedtuple_without_types_takes_anything() -> None:
    shape = read_shape(Untyped)

    assert [(field.name, field.content, field.optional) for field in shape.fields] == [
        ("id", Scalar(Any), True),
        ("name", Scalar(Any), True),
    ]
    assert shape.make(id=1) == Untyped(1, "nobody")
