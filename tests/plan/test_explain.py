"""A plan tells in a tree of text what fills each field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sqlalchemy import func

from taskbound import By, Count, Depth, Exists, From, Limit, OrderBy, Sum, Tree, Where
from taskbound.plan import plan_of
from tests.plan.models import Category, Line, Order


@dataclass
class NoteRead:
    id: int


@dataclass
class LineRead:
    number: int
    notes: tuple[NoteRead, ...]


@dataclass
class CustomerRead:
    name: str


@dataclass
class OrderRead:
    id: int
    customer: CustomerRead
    lines: Annotated[dict[int, LineRead], By("number")]
    email: Annotated[str | None, From("customer.email")]
    colour: str = "red"


@dataclass
class NumberRead:
    number: int


@dataclass
class Siblings:
    lines: Annotated[list[NumberRead], From("order.lines")]


def test_a_plan_is_told_as_a_tree() -> None:
    assert plan_of(OrderRead, Order).explain() == (
        "OrderRead from Order\n"
        "├── id: Order.id Integer()\n"
        "├── customer: CustomerRead from Customer, joined by Order.customer\n"
        "│   └── name: Customer.name String()\n"
        "├── lines: dict by number of LineRead from Line, children by Order.lines\n"
        "│   ├── number: Line.number Integer()\n"
        "│   └── notes: tuple of NoteRead from Note, children by Line.notes\n"
        "│       └── id: Note.id Integer()\n"
        "├── email: Customer.email String(), joined by Order.customer\n"
        "└── colour: its default"
    )


@dataclass
class Told:
    currency: Annotated[str, From(lambda order: func.upper(order.currency))]
    line_count: Annotated[int, Count("lines", where=lambda line: line.quantity > 1)]
    units: Annotated[int | None, Sum("lines.quantity")]
    paid_by_customer: Annotated[bool, Exists("customer.orders")]
    lines: Annotated[
        list[NumberRead],
        Where(Line.quantity > 1, lambda line: line.number < 9),
        OrderBy(lambda line: line.number.desc()),
        Limit(3),
    ]


def test_sql_of_the_dto_is_told() -> None:
    assert plan_of(Told, Order).explain() == (
        "Told from Order\n"
        '├── currency: upper("order".currency) String()\n'
        "├── line_count: count of Order.lines Integer(), where line.quantity > :quantity_1\n"
        "├── units: sum of Line.quantity by Order.lines Integer()\n"
        "├── paid_by_customer: exists of Customer.orders Boolean(), joined by Order.customer\n"
        "└── lines: list of NumberRead from Line, children by Order.lines, "
        "where line.quantity > :quantity_1, line.number < :number_1, "
        "ordered by line.number DESC, at most 3\n"
        "    └── number: Line.number Integer()"
    )


@dataclass
class CategoryRead:
    parent: Annotated[CategoryRead | None, Depth(1)]


@dataclass
class CategoryTree:
    children: Annotated[list[CategoryTree], Tree()]


def test_the_last_level_is_told() -> None:
    assert plan_of(CategoryRead, Category).explain() == (
        "CategoryRead from Category\n"
        "└── parent: CategoryRead from Category, joined by Category.parent\n"
        "    └── parent: empty on the last level"
    )


def test_a_tree_is_told_once() -> None:
    assert plan_of(CategoryTree, Category).explain() == (
        "CategoryTree from Category\n"
        "└── children: list of CategoryTree from Category, children by Category.children, "
        "down to the last level\n"
        "    └── children: empty on the last level"
    )


def test_children_at_the_end_of_a_path_name_the_join() -> None:
    assert plan_of(Siblings, Line).explain() == (
        "Siblings from Line\n"
        "└── lines: list of NumberRead from Line, children by Order.lines, joined by Line.order\n"
        "    └── number: Line.number Integer()"
    )
