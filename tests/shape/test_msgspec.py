"""msgspec Structs: which fields are read."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from taskbound.shape import read_shape


class Order(msgspec.Struct, kw_only=True, tag=True, rename="camel"):
    kind: ClassVar[str] = "order"
    order_id: int
    lines: list[int] = []
    state: str = msgspec.field(default="new", name="orderState")


def test_fields_go_by_their_names_and_the_tag_is_none() -> None:
    shape = read_shape(Order)

    assert {field.name: field.required for field in shape.fields} == {
        "order_id": True,
        "lines": False,
        "state": False,
    }
    assert shape.make(order_id=1, state="paid") == Order(order_id=1, state="paid")
