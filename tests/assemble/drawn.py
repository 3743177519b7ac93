"""Layouts drawn at random, with rows for them: DTOs of every library, nested in each other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, make_dataclass
from keyword import iskeyword
from operator import itemgetter
from typing import Annotated, Any, NamedTuple

import attrs
import msgspec
import pydantic
from hypothesis import strategies as st
from typing_extensions import TypedDict

from taskbound import By
from taskbound.assemble import interpreted
from taskbound.plan.layout import UNSURE, Batched, Inline, Layout, Single, Value
from taskbound.shape import Keyed, Listed, Nested, read_shape

# Names that the generated function has itself, those of Python, and those that it makes of others.
CLASSES = [
    "row1",
    "row",
    "rows",
    "batches",
    "assemble",
    "list",
    "tuple",
    "Order",
    "Order_2",
    "None",
    "class",
    "lambda",
    "print",
    "Straße",
    "make_Order",
    "by_id",
    "convert_row1",
    "decode_row1",
]
FIELDS = ["row1", "rows", "batches", "assemble", "list", "decode", "größe", "make_Order", "by_id"]
# What only a mapping can have for a key.
KEYWORDS = ["class", "from", "None", "a b", "x-y", "1st", 'a"""b', "it's"]


_ANY = pydantic.ConfigDict(arbitrary_types_allowed=True)


def _attrs(name: str, fields: dict[str, Any]) -> Any:
    made = {each: attrs.field(type=annotation) for each, annotation in fields.items()}
    return attrs.make_class(name, made)


def _pydantic(name: str, fields: dict[str, Any]) -> Any:
    whole: dict[str, Any] = {each: (annotation, ...) for each, annotation in fields.items()}
    return pydantic.create_model(name, __config__=_ANY, **whole)


def _aliased(name: str, fields: dict[str, Any]) -> Any:
    whole: dict[str, Any] = {
        each: (annotation, pydantic.Field(alias=f"{each}_alias"))
        for each, annotation in fields.items()
    }
    return pydantic.create_model(name, __config__=_ANY, **whole)


def _tuple(name: str, fields: dict[str, Any]) -> Any:
    made: Any = NamedTuple(f"{name}_" if iskeyword(name) else name, list(fields.items()))  # type: ignore[misc]
    return made


KINDS: dict[str, Callable[[str, dict[str, Any]], Any]] = {
    "dataclass": lambda name, fields: make_dataclass(name, fields.items()),
    "keyword": lambda name, fields: make_dataclass(name, fields.items(), kw_only=True),
    "msgspec": lambda name, fields: msgspec.defstruct(name, list(fields.items())),
    "attrs": _attrs,
    "pydantic": _pydantic,
    "aliased": _aliased,
    "mapping": TypedDict,  # type: ignore[dict-item]
    "tuple": _tuple,
}


@dataclass
class Drawn:
    """A layout, what its rows are made of, and what batches have read for them."""

    dto: Any
    layout: Layout
    columns: list[st.SearchStrategy[Any]]
    batches: list[dict[Any, list[Any]]]

    def rows(self, most: int) -> st.SearchStrategy[list[tuple[Any, ...]]]:
        return st.lists(st.tuples(*self.columns), max_size=most)


@dataclass
class _Row:
    """One row that is being filled."""

    batches: list[dict[Any, list[Any]]]
    columns: list[st.SearchStrategy[Any]] = field(default_factory=list)

    def add(self, values: st.SearchStrategy[Any]) -> int:
        self.columns.append(values)
        return len(self.columns) - 1


@st.composite
def layouts(draw: st.DrawFn, depth: int = 3) -> Drawn:
    """A layout of a DTO with values, to-one objects and children."""
    row = _Row([])
    dto, layout = draw(_objects(row, depth, batched=True))
    return Drawn(dto, layout, row.columns, row.batches)


@st.composite
def _objects(draw: st.DrawFn, row: _Row, depth: int, *, batched: bool) -> tuple[Any, Layout]:
    kind = draw(st.sampled_from(sorted(KINDS)))
    names = draw(st.lists(st.sampled_from(FIELDS), max_size=4, unique=True))
    if kind == "mapping":
        names += draw(st.lists(st.sampled_from(KEYWORDS), max_size=2, unique=True))
    parts = {"id": draw(_value(row, "id", nullable=False))}
    for name in names:
        parts[name] = draw(_part(row, name, depth, batched=batched))
    dto = KINDS[kind](
        draw(st.sampled_from(CLASSES)),
        {name: annotation for name, (annotation, _) in parts.items()},
    )
    shape = read_shape(dto)
    return dto, Layout(shape, tuple(make(shape.field(name)) for name, (_, make) in parts.items()))


def _part(
    row: _Row, name: str, depth: int, *, batched: bool
) -> st.SearchStrategy[tuple[Any, Callable[[Any], Any]]]:
    values = _value(row, name, nullable=True)
    if depth == 0:
        return values
    nested = [_single(row, name, depth, batched=batched), _inline(row, name, depth)]
    return st.one_of(values, *nested, *([_batch(row, name, depth)] if batched else []))


@st.composite
def _value(draw: st.DrawFn, row: _Row, name: str, *, nullable: bool) -> Any:
    decode = draw(st.sampled_from([None, lambda value: value + 1000]))
    sure = draw(st.sampled_from([None, (1000).__add__])) if decode else None
    convert = draw(st.sampled_from([None, lambda value: value and -value]))
    numbers = st.integers(1, 9)
    index = row.add(st.none() | numbers if nullable else numbers)
    presence = row.add(st.sampled_from([None, 1])) if nullable and draw(st.booleans()) else None
    made = Value(name, index, decode, sure, convert, presence)
    return (int | None if nullable else int), lambda _: made


@st.composite
def _single(draw: st.DrawFn, row: _Row, name: str, depth: int, *, batched: bool) -> Any:
    dto, layout = draw(_objects(row, depth - 1, batched=batched))
    optional = draw(st.booleans())
    presence = row.add(st.sampled_from([None, 1])) if optional else None

    def make(found: Any) -> Single:
        assert isinstance(found.content, Nested)
        return Single(name, layout, presence)

    return (dto | None if optional and isinstance(dto, type) else dto), make


@st.composite
def _inline(draw: st.DrawFn, row: _Row, name: str, depth: int) -> Any:
    inner = _Row(row.batches)
    dto, layout = draw(_objects(inner, depth - 1, batched=False))
    decode = draw(st.sampled_from([None, itemgetter(1)]))
    rows = st.lists(st.tuples(*inner.columns), max_size=3)
    index = row.add(rows if decode is None else st.tuples(st.sampled_from(["", UNSURE]), rows))
    annotation = draw(_containers(dto))

    def make(found: Any) -> Inline:
        assert isinstance(found.content, Listed | Keyed)
        return Inline(name, found.content, layout, index, decode)

    return annotation, make


@st.composite
def _batch(draw: st.DrawFn, row: _Row, name: str, depth: int) -> Any:
    below = draw(layouts(depth - 1))
    wide = draw(st.booleans())
    keys = tuple(row.add(st.integers(1, 3)) for _ in range(1 + wide))
    found = {}
    for key in draw(st.lists(st.integers(1, 3), max_size=3, unique=True)):
        children = interpreted(below.layout)(draw(below.rows(2)), below.batches)
        found[(key, key) if wide else key] = children
    row.batches.append(found)
    slot = len(row.batches) - 1
    annotation = draw(_containers(below.dto))
    return annotation, lambda found: Batched(name, found.content, slot, keys)


def _containers(dto: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([list[dto], tuple[dto, ...], Annotated[dict[int, dto], By("id")]])
