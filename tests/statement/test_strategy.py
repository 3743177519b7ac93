"""How children are read, and why."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from typing import Annotated, Any

import pytest
from sqlalchemy import Dialect, literal
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import UserDefinedType

from taskbound import From, Tree
from taskbound.plan import plan_of
from taskbound.statement.strategy import Choice, choose
from tests.plan.models import Category, Club
from tests.read.dtos import OrderRead
from tests.read.models import Order
from tests.statement.dialects import AIOMYSQL, AIOSQLITE, ASYNCPG, PSYCOPG, dialect_of

ASYNCMY = dialect_of("mysql+asyncmy")


def chosen(dialect: Dialect, asked: Any = None, dto: Any = OrderRead, model: Any = Order) -> Choice:
    (many,) = plan_of(dto, model).manies
    return choose(many, dialect, asked)


@pytest.mark.parametrize(
    ("dialect", "name"), [(ASYNCPG, "a record"), (PSYCOPG, "JSON"), (AIOSQLITE, "JSON")]
)
@pytest.mark.parametrize("asked", [None, "inline"])
def test_children_stand_in_their_parents_row_where_the_driver_carries_them(
    dialect: Dialect, name: str, asked: Any
) -> None:
    found = chosen(dialect, asked)

    assert found.inline is not None
    assert (found.relation, found.inline.name) == ("Order.lines", name)
    assert found.reason == "it is one round trip and repeats no parent"


@pytest.mark.parametrize("dialect", [ASYNCPG, PSYCOPG, AIOSQLITE])
def test_a_statement_of_their_own_is_asked_for(dialect: Dialect) -> None:
    assert chosen(dialect, "batch") == Choice("Order.lines", None, "asked for")


@pytest.mark.parametrize("asked", [None, "inline", "batch"])
@pytest.mark.parametrize(
    ("dialect", "driver"),
    [(AIOMYSQL, "aiomysql"), (ASYNCMY, "asyncmy"), (sqlite.dialect(), "pysqlite")],
)
def test_a_driver_that_carries_no_rows_reads_them_by_batch(
    dialect: Dialect, driver: str, asked: Any
) -> None:
    reason = f"{driver} has no way to carry rows inside a row"

    assert chosen(dialect, asked) == Choice("Order.lines", None, reason)


class Point(UserDefinedType[str]):
    """A type of which nothing is known."""


def test_more_columns_than_a_function_takes_are_read_by_batch() -> None:
    wide: Any = make_dataclass(
        "Wide",
        [(f"field{number}", _number(number)) for number in range(101)],
    )
    club: Any = make_dataclass("ClubRead", [("members", list[wide])])

    assert chosen(AIOSQLITE, None, club, Club) == Choice(
        "Club.members", None, "101 columns are too many for JSON"
    )
    assert chosen(ASYNCPG, None, club, Club).inline is not None


def _number(number: int) -> Any:
    return Annotated[int, From(lambda _: literal(number))]


def test_what_no_cell_carries_is_named() -> None:
    long: Any = make_dataclass(
        "Long", [("id", int), ("place", Annotated[Any, From(lambda _: literal(None, Point()))])]
    )
    club: Any = make_dataclass("ClubRead", [("members", list[long])])
    found = chosen(AIOSQLITE, None, club, Club)

    assert found.inline is None
    assert found.reason == "Member.place Point() cannot travel in JSON"


def test_a_tree_is_read_by_batch() -> None:
    assert (
        "the depth of a tree is not known before it is read"
        == chosen(AIOSQLITE, None, TreeRead, Category).reason
    )


@dataclass
class TreeRead:
    id: int
    children: Annotated[list[TreeRead], Tree()]
