"""A shape says how its object is made: by position where the constructor takes just its fields in order."""

from __future__ import annotations

from collections import namedtuple
from dataclasses import KW_ONLY, InitVar, dataclass
from typing import Any

import attrs
import msgspec
import pytest

from taskbound.shape import Form, read_shape
from tests.shape.kinds import (
    AttrsOrder,
    CheckedOrder,
    DataclassOrder,
    DictOrder,
    MsgspecOrder,
    NamedOrder,
    PydanticOrder,
)


@dataclass
class WithKeyword:
    id: int
    _: KW_ONLY
    name: str


@dataclass
class WithInitVar:
    rate: InitVar[float]
    id: int


@dataclass
class WithLastInitVar:
    id: int
    rate: InitVar[float]


@dataclass(init=False)
class WithConstructor:
    id: int
    name: str

    def __init__(self, name: str, id: int) -> None:  # noqa: A002
        self.id, self.name = id, name


class KeywordStruct(msgspec.Struct, kw_only=True):
    id: int


class MixedStruct(KeywordStruct):
    name: str


@dataclass
class Unsigned:
    id: int
    __signature__ = 0


@attrs.define(kw_only=True)
class KeywordAttrs:
    id: int


@attrs.define
class PrivateAttrs:
    _id: int


Untyped = namedtuple("Untyped", ["id", "name"])  # noqa: PYI024


@pytest.mark.parametrize(
    ("dto", "form"),
    [
        (DataclassOrder, Form.POSITIONAL),
        (MsgspecOrder, Form.POSITIONAL),
        (AttrsOrder, Form.POSITIONAL),
        (NamedOrder, Form.POSITIONAL),
        (Untyped, Form.POSITIONAL),
        (WithLastInitVar, Form.POSITIONAL),
        (WithKeyword, Form.KEYWORD),
        (WithInitVar, Form.KEYWORD),
        (WithConstructor, Form.KEYWORD),
        (Unsigned, Form.KEYWORD),
        (KeywordStruct, Form.KEYWORD),
        (MixedStruct, Form.KEYWORD),
        (KeywordAttrs, Form.KEYWORD),
        (PrivateAttrs, Form.KEYWORD),
        (DictOrder, Form.MAPPING),
        (PydanticOrder, Form.VALIDATED),
        (CheckedOrder, Form.VALIDATED),
    ],
)
def test_the_form_follows_the_constructor(dto: Any, form: Form) -> None:
    assert read_shape(dto).form is form


@pytest.mark.parametrize("dto", [DataclassOrder, MsgspecOrder, AttrsOrder, NamedOrder])
def test_an_object_is_made_by_position_in_the_order_of_the_fields(dto: Any) -> None:
    made = read_shape(dto).make(1, None, "Ada", [], state="paid")

    assert made == dto(id=1, note=None, customer_name="Ada", lines=[], state="paid")
