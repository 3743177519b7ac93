"""The function that is generated for a layout."""

from __future__ import annotations

import gc
import inspect
import json
import linecache
import traceback
from dataclasses import dataclass, make_dataclass
from typing import Any, TypedDict

import pydantic
import pytest

from taskbound.assemble import generated, interpreted
from taskbound.plan.layout import Choice, Fixed, Inline, Layout, Single, Value
from taskbound.shape import Listed, read_shape


@dataclass
class Line:
    quantity: int


@dataclass
class Order:
    id: int
    lines: list[Line]


def values(dto: Any, **more: Any) -> Layout:
    """A layout whose columns are the fields of a DTO in their order."""
    shape = read_shape(dto)
    fields = enumerate(shape.fields)
    return Layout(shape, tuple(Value(field.name, index, **more) for index, field in fields))


def order_with_lines() -> Layout:
    shape = read_shape(Order)
    lines = Inline("lines", Listed(read_shape(Line), list), values(Line), 1)
    return Layout(shape, (Value("id", 0), lines))


def nested(depth: int) -> tuple[Layout, Any, Any]:
    """A layout of children in children, with a row for it and the object that is made of that."""
    layout = values(Line)
    row: Any = (7,)
    made: Any = Line(7)
    for _ in range(depth):
        dto: Any = make_dataclass("Level", [("below", list[type(made)])])  # type: ignore[misc]
        shape = read_shape(dto)
        below = Inline("below", Listed(layout.shape, list), layout, 0)
        layout, row, made = Layout(shape, (below,)), ([row],), dto([made])
    return layout, row, made


def unsure_lines() -> Layout:
    """An order whose lines say which of their decoders was asked."""
    shape = read_shape(Order)
    quantity = Value("quantity", 0, lambda _: "slow", lambda _: "fast")
    lines = Layout(read_shape(Line), (quantity,))
    inline = Inline("lines", Listed(lines.shape, list), lines, 1, json.loads)
    return Layout(shape, (Value("id", 0), inline))


@pytest.mark.parametrize(("cell", "asked"), [("[[1], [2]]", "fast"), ('[[1], ["~2"]]', "slow")])
def test_a_cell_is_decoded_the_fast_way_where_all_of_it_is_sure(cell: str, asked: str) -> None:
    (order,) = generated(unsure_lines())([(1, cell)], ())

    assert [line.quantity for line in order.lines] == [asked, asked]


def test_its_source_can_be_read() -> None:
    assert inspect.getsource(generated(order_with_lines())) == (
        "def assemble(rows, batches):\n"
        '    """Order of rows."""\n'
        "    return [Order(row1[0], [Line(row2[0]) for row2 in row1[1]]) for row1 in rows]\n"
    )


def test_an_error_in_it_shows_the_line() -> None:
    with pytest.raises(IndexError) as caught:
        generated(order_with_lines())([(1,)], ())

    told = "".join(traceback.format_exception(caught.value))
    assert "<taskbound assembles Order" in told
    assert "return [Order(row1[0], [Line(row2[0]) for row2 in row1[1]]) for row1 in rows]" in told


def test_the_source_goes_with_the_function() -> None:
    assemble = generated(order_with_lines())
    name = assemble.__code__.co_filename
    assert name in linecache.cache

    del assemble
    gc.collect()

    assert name not in linecache.cache


@pytest.mark.parametrize(
    "name",
    [
        "row1",
        "rows",
        "batches",
        "assemble",
        "list",
        "None",
        "class",
        "Page[int]",
        "a.b",
        "",
        "1st",
        "Straße",
        "x²",
        "ﬁeld",
        "__name__",
        "__builtins__",
        'quoted"""',
        'a""" + undefined + """b',
        "back\\slash\\",
        "two\nlines",
        "{braces}",
    ],
)
def test_a_dto_may_have_any_name(name: str) -> None:
    dto: Any = make_dataclass("Named", [("id", int)])
    dto.__name__ = dto.__qualname__ = name
    layout = values(dto)

    assert generated(layout)([(1,), (2,)], ()) == [dto(1), dto(2)]


@pytest.mark.parametrize("name", ["class", "a b", "None", "__debug__", "ﬁ", 'a"""b', "it's", "\\"])
def test_a_field_of_a_mapping_may_have_any_name(name: str) -> None:
    dto: Any = TypedDict("dto", {name: int})  # type: ignore[misc]
    layout = values(dto)

    assert generated(layout)([(1,)], ()) == interpreted(layout)([(1,)], ()) == [{name: 1}]


def test_two_dtos_of_one_name_are_told_apart() -> None:
    inner: Any = make_dataclass("Twin", [("id", int)])
    outer: Any = make_dataclass("Twin", [("inner", inner)])
    layout = Layout(read_shape(outer), (Single("inner", values(inner), None),))

    assert generated(layout)([(1,)], ()) == [outer(inner(1))]


def test_functions_of_one_name_are_told_apart() -> None:
    dto: Any = make_dataclass("Dto", [("id", int)])
    outer: Any = make_dataclass("Outer", [("id", int), ("inner", dto)])
    inner = values(dto, convert=lambda value: -value)
    layout = Layout(
        read_shape(outer),
        (Value("id", 0, convert=lambda value: value * 10), Single("inner", inner, None)),
    )

    assert generated(layout)([(1,)], ()) == [outer(10, dto(-1))]


def test_a_field_that_is_left_out_keeps_its_default() -> None:
    dto: Any = make_dataclass("Dto", [("a", int, 1), ("b", int, 2), ("c", int, 3)])
    layout = Layout(read_shape(dto), (Value("a", 0), Value("c", 1)))

    assert generated(layout)([(7, 9)], ()) == interpreted(layout)([(7, 9)], ()) == [dto(7, 2, 9)]


def test_a_fixed_field_is_made_anew_for_each_row() -> None:
    layout = Layout(read_shape(Order), (Value("id", 0), Fixed("lines", list)))

    one, two = generated(layout)([(1,), (2,)], ())

    assert (one, two) == (Order(1, []), Order(2, []))
    assert one.lines is not two.lines


def test_null_is_converted_but_not_decoded() -> None:
    dto: Any = make_dataclass("Dto", [("id", int | None)])
    layout = values(dto, decode=lambda value: value + 1, convert=lambda value: value or 99)

    assert generated(layout)([(1,), (None,)], ()) == [dto(2), dto(99)]
    assert interpreted(layout)([(1,), (None,)], ()) == [dto(2), dto(99)]


def test_pydantic_checks_the_whole_at_once() -> None:
    class Inner(pydantic.BaseModel):
        id: int

    class Outer(pydantic.BaseModel):
        inner: list[Inner]

    Outer.model_rebuild(_types_namespace={"Inner": Inner})
    children = Inline("inner", Listed(read_shape(Inner), list), values(Inner), 0)
    layout = Layout(read_shape(Outer), (children,))
    with pytest.raises(pydantic.ValidationError) as caught:
        generated(layout)([([(1,), ("x",)],)], ())

    assert caught.value.errors()[0]["loc"] == ("inner", 1, "id")


def test_each_row_is_made_by_the_dto_that_its_discriminator_names() -> None:
    options = tuple((kind, values(dto)) for kind, dto in (("o", _Circle), ("q", _Square)))
    layout = Choice(options[0][1].shape, Value("identity", 1), options)
    rows = [(1, "o"), (2, "q")]

    assert generated(layout)(rows, ()) == interpreted(layout)(rows, ()) == [_Circle(1), _Square(2)]


@pytest.mark.parametrize("depth", [5, 25, 30])
def test_children_may_be_nested_deeply(depth: int) -> None:
    layout, row, made = nested(depth)

    assert generated(layout)([row], ()) == [made]


@pytest.mark.parametrize("depth", [5, 25, 30])
def test_objects_may_be_nested_deeply(depth: int) -> None:
    layout, made = values(Line), Line(7)
    for _ in range(depth):
        dto: Any = make_dataclass("Level", [("below", type(made) | None)])
        layout, made = Layout(read_shape(dto), (Single("below", layout, 0),)), dto(made)

    assert generated(layout)([(7,)], ()) == [made]


def test_no_rows_are_no_objects() -> None:
    assert generated(order_with_lines())([], ()) == interpreted(order_with_lines())([], ()) == []


@dataclass
class _Circle:
    id: int


@dataclass
class _Square:
    id: int
