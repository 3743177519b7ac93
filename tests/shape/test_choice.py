"""A union of DTOs is read as a shape with options."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from typing import Annotated, Any, Literal

import msgspec
import pydantic
import pytest
from typing_extensions import TypeAliasType

from taskbound import By, Depth, For, NoShape, Tree, UnreadableField
from taskbound.shape import Form, Keyed, Listed, Nested, Nothing, read_shape


@dataclass
class Circle:
    kind: Literal["circle"]
    name: str
    radius: float


@dataclass
class Square:
    kind: Literal["square"]
    name: str
    side: float


class TaggedCircle(msgspec.Struct, tag="circle"):
    radius: float


class AliasedSquare(pydantic.BaseModel):
    side: float = pydantic.Field(alias="sideLength")


class Model:
    pass


Figure = TypeAliasType("Figure", Annotated[Circle | Square, pydantic.Field(discriminator="kind")])


@pytest.mark.parametrize(
    "annotation",
    [
        Circle | Square,
        Figure,
        Annotated[Figure, "seen"],
        Annotated[Circle, "seen"] | Square,
    ],
    ids=str,
)
def test_a_union_of_dtos_has_its_options_in_order(annotation: Any) -> None:
    shape = read_shape(annotation)

    assert (shape.form, shape.fields) == (Form.CHOICE, ())
    assert [option.shape.type for option in shape.options] == [Circle, Square]


@pytest.mark.parametrize(
    ("annotation", "content"),
    [
        (Circle | Square, Nested),
        (Circle | Square | None, Nested),
        (list[Circle | Square], Listed),
        (tuple[Figure, ...] | None, Listed),
        (Annotated[dict[str, Figure], By("name")], Keyed),
    ],
    ids=str,
)
def test_a_union_stands_wherever_a_dto_may(annotation: Any, content: type[Any]) -> None:
    field = read_shape(_dto(annotation)).fields[0]

    assert isinstance(field.content, content)
    assert len(field.content.shape.options) == 2


def test_a_type_inside_a_union_says_what_it_is_for() -> None:
    shape = read_shape(Annotated[Circle, For(Model)] | TaggedCircle)

    assert [option.model for option in shape.options] == [Model, None]
    assert [option.shape.tag for option in shape.options] == [None, "circle"]


def test_a_union_goes_by_name_where_one_of_it_does() -> None:
    assert read_shape(Circle | AliasedSquare).by_name


def test_a_union_makes_nothing_itself() -> None:
    with pytest.raises(TypeError) as caught:
        read_shape(Circle | Square).make()

    assert str(caught.value) == "an object of a union is made as one of its options"


@dataclass
class Folder:
    kind: Literal["folder"]
    entries: Annotated[list[Folder | File], Depth(1)]


@dataclass
class File:
    kind: Literal["file"]


def test_a_union_may_hold_itself() -> None:
    folder, _ = read_shape(Folder | File).options

    (_, entries) = folder.shape.fields

    assert isinstance(entries.content, Listed)
    inner = entries.content.shape.options[0].shape
    assert isinstance(inner.fields[1].content, Nothing)


@dataclass
class TreeOfTwo:
    children: Annotated[list[TreeOfTwo | File], Tree()]


@pytest.mark.parametrize(
    ("dto", "message"),
    [
        *(
            (
                make_dataclass("Read", [("field", annotation)]),
                "Read.field has For outside a union; leave For out: the relation says which objects "
                "there are, and Where which of them",
            )
            for annotation in (
                Annotated[Circle, For(Model)],
                list[Annotated[Circle, For(Model)]],
                Annotated[dict[str, Annotated[Circle, For(Model)]], By("name")],
            )
        ),
        (
            TreeOfTwo,
            "TreeOfTwo.children has Tree and holds TreeOfTwo | File, no TreeOfTwo; annotate it with "
            "Depth(<levels>)",
        ),
    ],
)
def test_a_union_in_the_wrong_place_is_refused(dto: Any, message: str) -> None:
    with pytest.raises(UnreadableField) as caught:
        read_shape(dto)

    assert str(caught.value) == f"{message} (TB508, docs/errors/TB508.md)"


@pytest.mark.parametrize("annotation", [Circle | None, Circle | Square | None, Circle | int])
def test_a_choice_with_what_is_no_dto_is_none(annotation: Any) -> None:
    with pytest.raises(NoShape):
        read_shape(annotation)


def test_a_set_needs_hashes_of_all() -> None:
    with pytest.raises(UnreadableField) as caught:
        read_shape(_dto(set[Circle | Square]))

    assert caught.value.reason == "is a set of Circle, whose objects have no hash"


def test_only_a_class_can_be_what_a_dto_is_for() -> None:
    with pytest.raises(TypeError) as caught:
        For("Model")  # type: ignore[arg-type]

    assert str(caught.value) == "'Model' is no class"


def _dto(annotation: Any) -> Any:
    return dataclass(type("Read", (), {"__annotations__": {"field": annotation}}))
