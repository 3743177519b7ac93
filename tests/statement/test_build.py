"""The SELECT that reads a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from sqlalchemy import Dialect, func, select
from sqlalchemy.orm import aliased

from taskbound import Count, From, Limit, OrderBy, Where
from taskbound.plan import plan_of
from taskbound.statement import Built, build
from tests.read.dtos import CustomerRead, LineRead, OrderRead, OrderRow, OrderWithPayer
from tests.read.models import Line, Order
from tests.statement.dialects import AIOMYSQL, AIOSQLITE, ASYNCPG, PSYCOPG, text_of


@dataclass
class Twice:
    id: int
    number: Annotated[int, From("id")]
    name: Annotated[str, From("customer.name")]
    customer: CustomerRead


@dataclass
class Counted:
    id: int
    lines: Annotated[int, Count("lines", where=lambda line: line.quantity > 1)]


@dataclass
class Largest:
    id: int
    lines: Annotated[
        list[LineRead],
        Where(lambda line: line.quantity > 1),
        OrderBy(lambda line: line.quantity.desc()),
        Limit(2),
    ]


def built(
    dto: Any, dialect: Dialect = AIOSQLITE, statement: Any = None, entity: Any = Order, **more: Any
) -> Built:
    statement = select(entity) if statement is None else statement
    return build(plan_of(dto, Order), statement, entity, dialect, more.pop("asked", None), **more)


def sql(*args: Any, **more: Any) -> str:
    dialect = more.get("dialect") or (args[1] if len(args) > 1 else AIOSQLITE)
    return text_of(built(*args, **more).select, dialect)


def test_the_columns_of_the_dto_are_read_and_no_others() -> None:
    assert sql(OrderRow) == "SELECT orders.id, orders.total FROM orders"


def test_the_clauses_of_the_statement_stay() -> None:
    statement = select(Order).where(Order.id > 1).order_by(Order.total).limit(3)

    assert sql(OrderRow, statement=statement) == (
        "SELECT orders.id, orders.total FROM orders WHERE orders.id > ? "
        "ORDER BY orders.total LIMIT ? OFFSET ?"
    )


def test_an_alias_is_read_as_itself() -> None:
    one = aliased(Order, name="one")

    assert sql(OrderRow, statement=select(one), entity=one) == (
        "SELECT one.id, one.total FROM orders AS one"
    )


def test_a_relation_is_joined_once_and_a_column_is_read_once() -> None:
    assert sql(Twice) == (
        "SELECT orders.id, customers_1.name, customers_1.id AS id_1 FROM orders "
        "LEFT OUTER JOIN customers AS customers_1 ON customers_1.id = orders.customer_id"
    )


def test_an_optional_relation_has_its_key_to_tell_whether_there_is_one() -> None:
    found = built(OrderWithPayer)

    assert text_of(found.select, AIOSQLITE) == (
        "SELECT orders.id, customers_1.id AS id_1, customers_1.name FROM orders "
        "LEFT OUTER JOIN customers AS customers_1 ON customers_1.id = orders.payer_id"
    )


def test_the_join_of_the_statement_and_that_of_the_dto_are_two() -> None:
    joined = select(Order).join(Order.customer)

    assert sql(Twice, statement=joined).count("JOIN customers") == 2


def test_an_aggregate_is_a_subquery() -> None:
    assert sql(Counted) == (
        "SELECT orders.id, (SELECT count(*) AS count_1 FROM lines AS lines_1 "
        "WHERE orders.id = lines_1.order_id AND lines_1.quantity > ?) AS anon_1 FROM orders"
    )


@pytest.mark.parametrize(
    ("dialect", "cell"),
    [
        (ASYNCPG, "array((SELECT row(lines_1.number, lines_1.quantity, products_1.name)"),
        (PSYCOPG, "json_build_array(anon_2.c0, anon_2.c1, anon_2.c2)"),
        (AIOSQLITE, "json_array(anon_2.c0, anon_2.c1, anon_2.c2)"),
    ],
)
def test_children_stand_in_a_cell_where_the_driver_can_carry_them(
    dialect: Dialect, cell: str
) -> None:
    found = built(OrderRead, dialect)

    assert cell in text_of(found.select, dialect)
    assert (found.batches, len(found.choices)) == ((), 1)


@pytest.mark.parametrize(("dialect", "asked"), [(AIOMYSQL, None), (AIOSQLITE, "batch")])
def test_children_have_a_statement_of_their_own_elsewhere(dialect: Dialect, asked: Any) -> None:
    found = built(OrderRead, dialect, asked=asked)

    assert "lines" not in text_of(found.select, dialect)
    assert [batch.relation for batch in found.batches] == ["Order.lines"]


def test_the_first_children_are_chosen_and_ordered_in_the_subquery() -> None:
    text = sql(Largest)

    assert "lines_1.quantity > ?" in text
    assert "ORDER BY lines_1.quantity DESC, lines_1.order_id, lines_1.number LIMIT ?" in text


def test_what_is_asked_for_beside_the_plan_comes_last() -> None:
    found = built(OrderRow, extra=(Order.payer_id, func.lower("A")))

    assert found.extra == (2, 3)
    assert text_of(found.select, AIOSQLITE).startswith(
        "SELECT orders.id, orders.total, orders.payer_id, lower(?) AS lower_1 FROM orders"
    )


def test_a_composite_key_leads_from_child_to_parent() -> None:
    @dataclass
    class OfLine:
        number: int

    found = build(plan_of(OfLine, Line), select(Line), Line, AIOSQLITE, None)

    assert text_of(found.select, AIOSQLITE) == "SELECT lines.number FROM lines"
