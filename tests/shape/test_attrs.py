"""attrs classes: which fields are read, and how they take values."""

from __future__ import annotations

from typing import ClassVar

import attr
import attrs

from taskbound.shape import Scalar, Taking, read_shape


@attrs.define
class Order:
    kind: ClassVar[str] = "order"
    id: int
    _state: str
    total: float = attrs.field(converter=float)
    label: str = attrs.field(init=False, default="")
    lines: list[int] = attrs.field(factory=list)


def test_the_arguments_of_the_constructor_are_read_by_the_names_of_the_fields() -> None:
    shape = read_shape(Order)

    assert [(field.name, field.required) for field in shape.fields] == [
        ("id", True),
        ("_state", True),
        ("total", True),
        ("lines", False),
    ]
    assert shape.make(id=1, _state="new", total="2.5", lines=[]) == Order(1, "new", 2.5, [])


def test_a_converter_takes_whatever_comes() -> None:
    takings = {field.name: field.taking for field in read_shape(Order).fields}

    assert takings["total"] is Taking.FREELY
    assert takings["id"] is Taking.UNCHANGED


def test_types_may_be_given_as_arguments() -> None:
    made = attr.make_class("Made", {"id": attr.ib(type=int)})

    assert read_shape(made).fields[0].content == Scalar(int)
