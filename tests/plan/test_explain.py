"""A plan tells in a tree of text what fills each field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from taskbound import By, From
from taskbound.plan import plan_of
from tests.plan.models import Line, Order


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


def test_children_at_the_end_of_a_path_name_the_join() -> None:
    assert plan_of(Siblings, Line).explain() == (
        "Siblings from Line\n"
        "└── lines: list of NumberRead from Line, children by Order.lines, joined by Line.order\n"
        "    └── number: Line.number Integer()"
    )
