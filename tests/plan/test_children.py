"""A DTO that holds itself follows a relation of the model to itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import pytest

from taskbound import Depth, From, Tree, UnreadableField
from taskbound.plan import Many, Plan, plan_of
from tests.plan.models import Category, Order, Person


@dataclass
class CategoryRead:
    id: int
    parent: Annotated[CategoryRead | None, Depth(1)]
    children: Annotated[list[CategoryRead], Depth(2)]


@dataclass
class CategoryTree:
    id: int
    children: Annotated[list[CategoryTree], Tree()]


@dataclass
class RelatedTree:
    related: Annotated[list[RelatedTree], Tree()]


@dataclass
class LineTree:
    lines: Annotated[list[LineTree], Tree()]


@dataclass
class FarTree:
    children: Annotated[list[FarTree], Tree(), From("parent.children")]


@dataclass
class PersonTree:
    categories: Annotated[list[PersonTree], Tree()]


def test_levels_are_written_out() -> None:
    plan = plan_of(CategoryRead, Category)

    inner = plan.manies[0].plan.manies[0].plan

    assert inner.mapper.class_ is Category
    assert [(empty.field, empty.content.make()) for empty in inner.empties] == [("children", [])]
    assert [one.field for one in inner.ones] == ["parent"]


def test_a_tree_is_written_once() -> None:
    (many,) = plan_of(CategoryTree, Category).manies

    assert many.recursive
    assert _fields(many.plan) == ["id", "children"]
    assert [empty.field for empty in many.plan.empties] == ["children"]


@pytest.mark.parametrize(
    ("dto", "model", "message"),
    [
        (
            RelatedTree,
            Category,
            "RelatedTree.related has Tree, but Category.related is many to many, which may lead in a "
            "circle; annotate it with Depth(<levels>)",
        ),
        (
            LineTree,
            Order,
            "LineTree.lines has Tree, but Order.lines leads to Line; annotate it with "
            "Depth(<levels>)",
        ),
        (
            FarTree,
            Category,
            "FarTree.children has Tree and is reached through parent; let the tree begin at the "
            "model itself",
        ),
        (
            PersonTree,
            Person,
            "PersonTree.categories has Tree, but Person.categories leads to Category; annotate it "
            "with Depth(<levels>)",
        ),
    ],
)
def test_a_tree_of_what_is_none_is_refused(dto: Any, model: type[Any], message: str) -> None:
    with pytest.raises(UnreadableField) as caught:
        plan_of(dto, model)

    assert str(caught.value) == f"{message} (TB508, docs/errors/TB508.md)"


def _fields(plan: Plan) -> list[str]:
    return [part.field for part in plan.parts]


def test_only_a_tree_is_recursive() -> None:
    (many,) = plan_of(CategoryRead, Category).parts[2:]

    assert isinstance(many, Many)
    assert not many.recursive
