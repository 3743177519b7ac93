"""`explain()` tells what a query does."""

from __future__ import annotations

import re

from sqlalchemy import select

from taskbound import Database
from tests.read.dtos import OrderRead
from tests.read.models import Order

TREE = """\
OrderRead from Order
├── id: Order.id Integer()
├── total: Order.total Numeric(precision=10, scale=2)
├── customer: CustomerRead from Customer, joined by Order.customer
│   ├── id: Customer.id Integer()
│   └── name: Customer.name String(length=40)
└── lines: list of LineRead from Line, children by Order.lines
    ├── number: Line.number Integer()
    ├── quantity: Line.quantity Integer()
    └── product: Product.name String(length=40), joined by Line.product"""


async def test_the_tree_the_statements_and_the_reason_for_a_batch_are_told(shop: Database) -> None:
    found = await shop.project(OrderRead, select(Order), children="batch").explain()

    assert found.tree == TREE
    assert [one.reads for one in found.statements] == ["Order", "Order.lines"]
    assert all(one.sql.startswith("SELECT") and one.plan for one in found.statements)
    (choice,) = found.choices
    assert re.fullmatch(
        r"Order\.lines: in a batch, because "
        r"(asked for|(aiomysql|asyncmy) has no way to carry rows inside a row)",
        choice,
    )


async def test_for_people_it_is_one_text(shop: Database) -> None:
    found = await shop.project(OrderRead, select(Order).where(Order.id == 1)).explain()

    text = str(found)

    assert text.startswith(TREE)
    assert all(one.plan.splitlines()[0].strip() in text for one in found.statements)


async def test_the_engine_can_be_asked_what_a_statement_took(shop: Database) -> None:
    query = shop.project(OrderRead, select(Order).where(Order.id == 1))

    found = await query.explain(analyze=True)

    assert found.statements[0].plan
    if shop.engine.dialect.name == "postgresql":
        assert "actual" in found.statements[0].plan
