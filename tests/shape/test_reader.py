"""A DTO type is read into the same shape, whichever library it is of."""

from __future__ import annotations

import collections.abc
import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NewType, TypeVar

import pydantic
import pytest
from typing_extensions import TypeAliasType

from taskbound import By, From, NoShape, RecursiveShape, UnreadableField
from taskbound.shape import Field, Form, Keyed, Listed, Nested, Scalar, Taking, read_shape
from tests.shape.kinds import KINDS, PydanticLine

T = TypeVar("T")
OrderId = NewType("OrderId", int)
Several = TypeAliasType("Several", tuple[T, ...], type_params=(T,))
Name = TypeAliasType("Name", Annotated[str | None, From("customer.name")])


@dataclass(frozen=True)
class Point:
    id: int
    x: float | None = None


@dataclass
class Category:
    id: int
    children: list[Category]


@dataclass
class Endless(Generic[T]):
    inner: Endless[list[T]]


@pytest.mark.parametrize(("order", "line"), KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_of_dto_has_the_same_fields(order: Any, line: Any) -> None:
    shape = read_shape(order)

    assert [(field.name, field.path, field.optional, field.required) for field in shape.fields] == [
        ("id", ("id",), False, True),
        ("note", ("note",), True, True),
        ("customer_name", ("customer", "name"), False, True),
        ("lines", ("lines",), False, True),
        ("state", ("state",), False, False),
    ]
    assert [field.content for field in shape.fields if field.name != "lines"] == [
        *[Scalar(int), Scalar(str), Scalar(str), Scalar(str)]
    ]
    listed = shape.fields[3].content
    assert isinstance(listed, Listed)
    assert (listed.container, listed.shape.type) == (list, line)


@pytest.mark.parametrize(("order", "line"), KINDS, ids=lambda kind: kind.__name__)
def test_a_shape_makes_its_dto_of_the_fields(order: Any, line: Any) -> None:
    made = _made(line, {"product": "tea"})
    values = {"id": 1, "note": None, "customer_name": "Ada", "lines": [made]}

    assert _made(order, values) == order(**values)


@pytest.mark.parametrize(
    ("annotation", "container"),
    [
        (list[Point], list),
        (tuple[Point, ...], tuple),
        (set[Point], set),
        (frozenset[Point], frozenset),
        (collections.abc.Sequence[Point], list),
        (collections.abc.Iterable[Point], list),
        (collections.abc.Set[Point], set),
        (list[Point | None], list),
        (list[Point] | None, list),
        (list[Annotated[Point, "seen"]], list),
        (Several[Point], tuple),
    ],
    ids=str,
)
def test_a_container_of_dtos_holds_children(annotation: Any, container: Any) -> None:
    content = _content(annotation)

    assert isinstance(content, Listed)
    assert (content.container, content.shape.type) == (container, Point)


@pytest.mark.parametrize("annotation", [list[str], tuple[Point], dict[str, Point], OrderId, "Any"])
def test_what_holds_no_children_is_a_value(annotation: Any) -> None:
    content = _content(annotation)

    assert isinstance(content, Scalar)


@pytest.mark.parametrize("annotation", [Point, Point | None, Annotated[Point | None, "seen"]])
def test_a_dto_inside_a_dto_is_nested(annotation: Any) -> None:
    content = _content(annotation)

    assert isinstance(content, Nested)
    assert content.shape.type is Point


def test_children_in_a_dict_name_their_key() -> None:
    content = _content(Annotated[dict[int, Point], By("id")])

    assert isinstance(content, Keyed)
    assert (content.key, content.shape.type) == ("id", Point)


def test_an_alias_of_a_type_is_looked_into() -> None:
    shape = read_shape(_dto(Name))

    assert shape.fields == (
        Field("field", ("customer", "name"), Scalar(str), True, True, Taking.UNCHANGED),
    )


def test_a_field_that_names_its_source_is_asked_for_despite_its_default() -> None:
    @dataclass
    class OrderRead:
        name: Annotated[str, From("customer.name")] = ""

    (field,) = read_shape(OrderRead).fields

    assert field.required


@pytest.mark.parametrize("dto", [int, list[int], None, "OrderRead", [1], object(), type])
def test_what_is_no_dto_is_refused(dto: Any) -> None:
    with pytest.raises(NoShape) as caught:
        read_shape(dto)

    assert str(caught.value).endswith(
        " is no DTO; use a Pydantic model, msgspec Struct, dataclass, attrs class, TypedDict or "
        "NamedTuple (TB501, docs/errors/TB501.md)"
    )


def test_a_dto_that_holds_itself_is_refused() -> None:
    with pytest.raises(RecursiveShape) as caught:
        read_shape(Category)

    assert str(caught.value) == (
        "Category holds itself: Category > Category; annotate Category.children with "
        "Depth(<levels>) or Tree(), or with a type that does not go on (TB502, docs/errors/TB502.md)"
    )


def test_a_generic_dto_that_holds_itself_with_other_arguments_is_refused() -> None:
    with pytest.raises(RecursiveShape):
        read_shape(Endless[int])


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (
            Annotated[list[Point], By("id")],
            'has By("id") and is list[Point], no dict of a DTO; '
            "annotate it with dict[<type of the key>, <DTO>]",
        ),
        (
            Annotated[dict[int, Point], By("idd")],
            'has By("idd"), but Point has no field idd; name one of id, x',
        ),
        (
            Annotated[dict[float, Point], By("x")],
            'has By("x"), but Point.x is no value that is always there; '
            "name a field that holds one value and refuses None",
        ),
        (
            Annotated[dict[str, Point], By("id")],
            "has keys of str, but Point.id is int; annotate it with dict[int, Point]",
        ),
        (
            Annotated[int, From("id"), From("number")],
            "has From 2 times; leave one",
        ),
        (
            set[PydanticLine],
            "is a set of PydanticLine, whose objects have no hash; "
            "freeze PydanticLine, or annotate the field with list[PydanticLine]",
        ),
        (
            Point | int,
            "is a choice of types, Point | int; annotate it with DTOs alone",
        ),
        (
            list[T],  # type: ignore[valid-type]
            "is annotated with the type variable T, which stands for nothing here; "
            "write OrderRead[...] with the type that is meant",
        ),
    ],
    ids=str,
)
def test_an_annotation_that_cannot_be_read_is_refused(annotation: Any, message: str) -> None:
    with pytest.raises(UnreadableField) as caught:
        read_shape(_dto(annotation))

    assert str(caught.value) == f"OrderRead.field {message} (TB508, docs/errors/TB508.md)"


def test_the_libraries_are_not_imported_for_a_dto_that_is_of_none_of_them() -> None:
    code = (
        "import sys, dataclasses, taskbound.shape as shape\n"
        "from typing import NamedTuple\n"
        "class Line(NamedTuple):\n    id: int\n"
        "shape.read_shape(Line)\n"
        "print(sorted({'attr', 'attrs', 'msgspec', 'pydantic'} & set(sys.modules)))"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_pydantic_and_dataclasses_hold_each_other() -> None:
    class Outer(pydantic.BaseModel):
        point: Point

    content = read_shape(Outer).fields[0].content

    assert isinstance(content, Nested)
    assert [field.taking for field in content.shape.fields] == [Taking.UNCHANGED, Taking.UNCHANGED]


def _dto(annotation: Any) -> Any:
    return dataclass(type("OrderRead", (), {"__annotations__": {"field": annotation}}))


def _made(dto: Any, values: dict[str, Any]) -> Any:
    shape = read_shape(dto)
    return shape.make(values) if shape.form is Form.VALIDATED else shape.make(**values)


def _content(annotation: Any) -> Any:
    return read_shape(_dto(annotation)).fields[0].content
