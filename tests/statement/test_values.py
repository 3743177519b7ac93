"""The driver's value becomes what SQLAlchemy's own results have."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Boolean,
    DateTime,
    Dialect,
    Enum,
    Float,
    Integer,
    Numeric,
    String,
    Uuid,
)
from sqlalchemy.types import TypeDecorator

from taskbound.statement.values import converter, undecorated
from tests.statement.dialects import AIOMYSQL, AIOSQLITE, ASYNCPG, PSYCOPG


class Money(TypeDecorator[Decimal]):
    """Whole cents in the database, an amount in Python."""

    impl = BigInteger
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 100


class Blank(TypeDecorator[str]):
    """A word for NULL."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: Any, _dialect: Dialect) -> str:
        return "-" if value is None else value


class Outer(TypeDecorator[Any]):
    """A decorator around another one."""

    impl = Money
    cache_ok = True


class Mood(enum.Enum):
    SOUR = 1


def converted(held: Any, dialect: Dialect, value: Any, *, computed: bool = False) -> Any:
    found = converter(held, dialect, computed=computed)
    return value if found is None else found(value)


@pytest.mark.parametrize(
    ("held", "dialect", "value", "expected"),
    [
        (Integer(), AIOSQLITE, 1, 1),
        (Boolean(), AIOSQLITE, 1, True),
        (Numeric(10, 2), AIOSQLITE, 1.5, Decimal("1.50")),
        (Numeric(10, 2), ASYNCPG, Decimal("1.50"), Decimal("1.50")),
        (Numeric(10, 2, asdecimal=False), ASYNCPG, Decimal("1.50"), 1.5),
        (Float(), ASYNCPG, 1.5, 1.5),
        (Float(asdecimal=True), PSYCOPG, 1.5, Decimal("1.5")),
        (DateTime(), AIOSQLITE, "2024-02-29 12:00:00", dt.datetime(2024, 2, 29, 12)),
        (Enum(Mood), AIOSQLITE, "SOUR", Mood.SOUR),
        (JSON(), AIOSQLITE, '{"a": 1}', {"a": 1}),
        (Money(), AIOSQLITE, 387, Decimal("3.87")),
        (Money(), ASYNCPG, 387, Decimal("3.87")),
        (Outer(), AIOSQLITE, 387, Decimal("3.87")),
        (Blank(), AIOSQLITE, None, "-"),
        (ARRAY(Numeric(10, 2)), ASYNCPG, [Decimal(1), None], [Decimal(1), None]),
        (Boolean(), AIOMYSQL, 0, False),
    ],
)
def test_a_columns_value_is_converted(
    held: Any, dialect: Dialect, value: Any, expected: Any
) -> None:
    found = converted(held, dialect, value)

    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    "held", [Integer(), Numeric(10, 2), Boolean(), DateTime(), Enum(Mood), Money()]
)
@pytest.mark.parametrize("dialect", [ASYNCPG, PSYCOPG, AIOSQLITE, AIOMYSQL])
@pytest.mark.parametrize("computed", [False, True])
def test_null_is_none(held: Any, dialect: Dialect, computed: bool) -> None:
    assert converted(held, dialect, None, computed=computed) is None


@pytest.mark.parametrize(
    ("held", "dialect", "value", "expected"),
    [
        # sum() of whole numbers is a decimal one to PostgreSQL and MariaDB.
        (Integer(), ASYNCPG, Decimal(7), 7),
        (Integer(), AIOMYSQL, Decimal(7), 7),
        (Integer(), AIOSQLITE, 7, 7),
        (Numeric(10, 2), ASYNCPG, Decimal("1.50"), Decimal("1.50")),
        (Numeric(10, 2), ASYNCPG, 1.5, Decimal("1.50")),
        (Money(), AIOSQLITE, 387, Decimal("3.87")),
        (Money(), ASYNCPG, Decimal(387), Decimal("3.87")),
        (Money(), AIOMYSQL, Decimal(387), Decimal("3.87")),
        (Outer(), ASYNCPG, Decimal(387), Decimal("3.87")),
        (Blank(), AIOSQLITE, None, "-"),
    ],
)
def test_a_computed_value_is_of_the_type_that_sqlalchemy_has_for_it(
    held: Any, dialect: Dialect, value: Any, expected: Any
) -> None:
    found = converted(held, dialect, value, computed=True)

    assert (found, type(found)) == (expected, type(expected))


def test_what_needs_no_conversion_has_none() -> None:
    assert converter(Integer(), ASYNCPG) is None
    assert converter(String(), AIOSQLITE) is None
    assert converter(Uuid(), ASYNCPG) is None


def test_behind_decorators_is_the_type_of_the_dialect() -> None:
    assert isinstance(undecorated(Outer(), AIOSQLITE), BigInteger)
    assert isinstance(undecorated(Integer(), AIOSQLITE), Integer)
