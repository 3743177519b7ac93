"""A DTO that holds itself is read as deep as it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypedDict, TypeVar

import attrs
import msgspec
import pydantic
import pytest

from taskbound import By, Depth, Limit, RecursiveShape, Tree, UnreadableField
from taskbound.shape import Field, Keyed, Listed, Nested, Nothing, Shape, read_shape

T = TypeVar("T")


@dataclass
class DataclassNode:
    parent: Annotated[DataclassNode | None, Depth(1)]
    children: Annotated[list[DataclassNode], Depth(2)]


class PydanticNode(pydantic.BaseModel):
    parent: Annotated[PydanticNode | None, Depth(1)]
    children: Annotated[list[PydanticNode], Depth(2)]


class QuotedNode(pydantic.BaseModel):
    parent: Annotated[QuotedNode | None, Depth(1)]
    children: Annotated[list[QuotedNode], Depth(2)]


class MsgspecNode(msgspec.Struct):
    parent: Annotated[MsgspecNode | None, Depth(1)]
    children: Annotated[list[MsgspecNode], Depth(2)]


@attrs.define
class AttrsNode:
    parent: Annotated[AttrsNode | None, Depth(1)]
    children: Annotated[list[AttrsNode], Depth(2)]


class DictNode(TypedDict):
    parent: Annotated[DictNode | None, Depth(1)]
    children: Annotated[list[DictNode], Depth(2)]


class NamedNode(NamedTuple):
    parent: Annotated[NamedNode | None, Depth(1)]
    children: Annotated[list[NamedNode], Depth(2)]


@pydantic.dataclasses.dataclass
class CheckedNode:
    parent: Annotated[CheckedNode | None, Depth(1)]
    children: Annotated[list[CheckedNode], Depth(2)]


_NODES: list[Any] = [
    *(DataclassNode, PydanticNode, QuotedNode, MsgspecNode),
    *(AttrsNode, DictNode, NamedNode, CheckedNode),
]


@pytest.mark.parametrize("node", _NODES, ids=lambda node: node.__name__)
def test_the_innermost_objects_are_left_empty(node: Any) -> None:
    shape = read_shape(node)

    assert _levels(shape, "children") == [list, list, []]
    assert _levels(shape, "parent") == [None, None]


@dataclass
class Team:
    members: list[Member]


@dataclass
class Member:
    team: Annotated[Team | None, Depth(1)]


def test_one_field_with_a_depth_ends_a_circle_of_several_types() -> None:
    shape = read_shape(Team)

    members = _inside(shape.fields[0])
    again = _inside(members.fields[0])

    assert again.type is Team
    assert isinstance(_inside(again.fields[0]).fields[0].content, Nothing)


@dataclass
class Endless(Generic[T]):
    inner: Annotated[Endless[list[T]] | None, Depth(20)]


def test_a_generic_dto_with_other_arguments_each_time_has_a_depth_too() -> None:
    assert _levels(read_shape(Endless[int]), "inner") == [None] * 21


@dataclass
class KeyedNode:
    id: int
    children: Annotated[dict[int, KeyedNode], By("id"), Depth(1)]
    others: Annotated[tuple[KeyedNode, ...], Depth(1)]


def test_what_is_left_empty_is_the_container_of_the_field() -> None:
    content = read_shape(KeyedNode).fields[1].content

    assert isinstance(content, Keyed)
    assert _levels(content.shape, "children") == [{}]


@dataclass
class Category:
    id: int
    children: Annotated[list[Category], Tree()]


def test_a_tree_holds_the_same_shape_whose_own_tree_is_empty() -> None:
    (_, children) = read_shape(Category).fields

    assert children.recursive
    inner = _inside(children)
    assert (inner.type, [field.name for field in inner.fields]) == (Category, ["id", "children"])
    assert isinstance(inner.fields[1].content, Nothing)
    assert not inner.fields[1].recursive


@dataclass
class Wide:
    left: Annotated[list[Wide], Depth(20)]
    right: Annotated[list[Wide], Depth(20)]


@dataclass
class Straight:
    id: int


@dataclass
class Wrong:
    field: Annotated[list[Straight], Depth(2)]


@dataclass
class NoObject:
    field: Annotated[int, Depth(2)]


@dataclass
class Refusing:
    field: Annotated[Refusing, Depth(2)]


@dataclass
class OneTree:
    field: Annotated[OneTree | None, Tree()]


@dataclass
class OtherTree:
    field: Annotated[list[Straight], Tree()]


@dataclass
class LimitedTree:
    field: Annotated[list[LimitedTree], Tree(), Limit(3)]


@dataclass
class Both:
    field: Annotated[list[Both], Tree(), Depth(3)]


@dataclass
class TwoTrees:
    first: Annotated[list[TwoTrees], Tree()]
    field: Annotated[list[TwoTrees], Tree()]


@pytest.mark.parametrize(
    ("dto", "message"),
    [
        (
            Wide,
            "Wide.right leads to more than 1,000 objects inside each other; lower its Depth, or have "
            "a type that goes on in one field only",
        ),
        (
            Wrong,
            "Wrong.field has Depth, but Straight does not hold Wrong again; leave Depth out",
        ),
        (
            NoObject,
            "NoObject.field has Depth and holds no DTO; leave Depth out, or annotate it with a DTO, "
            "or a list of one",
        ),
        (
            Refusing,
            "Refusing.field has Depth and refuses None, which the innermost object has there; "
            "annotate it with `| None`",
        ),
        (
            OneTree,
            "OneTree.field has Tree and holds one object; annotate it with Depth(<levels>)",
        ),
        (
            OtherTree,
            "OtherTree.field has Tree and holds Straight, no OtherTree; annotate it with "
            "Depth(<levels>)",
        ),
        (LimitedTree, "LimitedTree.field has Limit and Tree; leave one"),
        (Both, "Both.field has Depth and Tree, of which it can follow one; leave one"),
        (
            TwoTrees,
            "TwoTrees.field is a Tree inside a Tree; leave one of them (TB508, "
            "docs/errors/TB508.md)\nand 1 more:\n"
            "  TwoTrees.first is a Tree inside a Tree; leave one of them",
        ),
    ],
)
def test_a_depth_that_cannot_be_meant_is_refused(dto: Any, message: str) -> None:
    with pytest.raises(UnreadableField) as caught:
        read_shape(dto)

    assert str(caught.value) == f"{message} (TB508, docs/errors/TB508.md)"


@dataclass
class HalfEnded:
    ended: Annotated[list[HalfEnded], Depth(2)]
    endless: list[HalfEnded]


def test_every_field_that_leads_back_needs_an_end() -> None:
    with pytest.raises(RecursiveShape) as caught:
        read_shape(HalfEnded)

    assert str(caught.value) == (
        "HalfEnded holds itself: HalfEnded > HalfEnded; annotate HalfEnded.endless with "
        "Depth(<levels>) or Tree(), or with a type that does not go on "
        "(TB502, docs/errors/TB502.md)"
    )


@pytest.mark.parametrize("levels", [0, 21, True, None])
def test_a_depth_is_bounded(levels: Any) -> None:
    with pytest.raises(ValueError) as caught:
        Depth(levels)

    assert str(caught.value) == f"Depth takes 1 to 20 levels, and was given {levels!r}"


def _levels(shape: Shape, name: str) -> list[Any]:
    """What a field holds at each level: its container, None for one object, and what ends it."""
    field = shape.field(name)
    assert field is not None
    if isinstance(field.content, Nothing):
        return [field.content.make()]
    container = field.content.container if isinstance(field.content, Listed) else None
    return [container, *_levels(_inside(field), name)]


def _inside(field: Field) -> Shape:
    assert isinstance(field.content, Nested | Listed | Keyed)
    return field.content.shape
