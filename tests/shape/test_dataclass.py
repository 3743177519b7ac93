"""Dataclasses: which fields are read."""

from __future__ import annotations

from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import ClassVar

from taskbound.shape import read_shape


@dataclass
class Order:
    kind: ClassVar[str] = "order"
    id: int
    rate: InitVar[float]
    currency: InitVar[str] = "EUR"
    lines: list[int] = field(default_factory=list)
    total: float = field(init=False)
    _: KW_ONLY
    note: str | None

    def __post_init__(self, rate: float, currency: str) -> None:
        self.total = rate


def test_the_arguments_of_the_constructor_are_read_and_nothing_else() -> None:
    shape = read_shape(Order)

    assert {field.name: field.required for field in shape.fields} == {
        "id": True,
        "lines": False,
        "note": True,
        "rate": True,
        "currency": False,
    }
    assert shape.make(id=1, rate=2.5, note=None).total == 2.5


def test_inherited_fields_are_read_in_their_order() -> None:
    @dataclass
    class Express(Order):
        hours: int = 24

    names = [field.name for field in read_shape(Express).fields]

    assert names == ["id", "lines", "note", "hours", "rate", "currency"]


def test_a_local_class_may_name_itself_in_text() -> None:
    @dataclass
    class Local:
        id: int
        same: ClassVar[Local | None] = None

    assert [field.name for field in read_shape(Local).fields] == ["id"]
