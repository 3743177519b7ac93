"""How values travel inside a cell of rows."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    ARRAY,
    JSON,
    Boolean,
    Date,
    DateTime,
    Double,
    Enum,
    Integer,
    Interval,
    LargeBinary,
    Numeric,
    String,
    Time,
    TypeDecorator,
    Uuid,
    column,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import NullType, UserDefinedType

from taskbound.statement.carried import in_json_of_postgresql, in_json_of_sqlite, in_record
from tests.statement.dialects import AIOSQLITE, ASYNCPG, PSYCOPG


class Mood(enum.Enum):
    SOUR = 1


class Point(UserDefinedType[str]):
    """A type of which nothing is known."""


class Cents(TypeDecorator[Decimal]):
    impl = Integer
    cache_ok = True


KNOWN = [
    Boolean(),
    Date(),
    DateTime(),
    Double(),
    Integer(),
    LargeBinary(),
    Numeric(10, 2),
    String(),
    Time(),
    Uuid(),
    Uuid(native_uuid=False),
    Enum(Mood),
    Enum("a", "b"),
    Cents(),
]


@pytest.mark.parametrize("held", [*KNOWN, Interval(), JSON()], ids=repr)
def test_a_record_carries_what_asyncpg_knows(held: Any) -> None:
    assert in_record(held, ASYNCPG) is not None


@pytest.mark.parametrize("held", KNOWN, ids=repr)
def test_json_of_postgresql_carries_what_can_be_read_back(held: Any) -> None:
    assert in_json_of_postgresql(held, PSYCOPG) is not None


@pytest.mark.parametrize("held", [*KNOWN, JSON(), Interval()], ids=repr)
def test_json_of_sqlite_carries_what_can_be_read_back(held: Any) -> None:
    assert in_json_of_sqlite(held, AIOSQLITE) is not None


@pytest.mark.parametrize("held", [Point(), NullType()], ids=repr)
def test_what_is_not_known_is_not_carried(held: Any) -> None:
    assert in_record(held, ASYNCPG) is None
    assert in_json_of_postgresql(held, PSYCOPG) is None
    assert in_json_of_sqlite(held, AIOSQLITE) is None


@pytest.mark.parametrize("held", [postgresql.INET(), postgresql.HSTORE(), postgresql.INT4RANGE()])
def test_types_of_postgresql_alone_are_not_carried(held: Any) -> None:
    assert in_record(held, ASYNCPG) is None
    assert in_json_of_postgresql(held, PSYCOPG) is None


@pytest.mark.parametrize("item", [Integer(), String(), Boolean()], ids=repr)
def test_json_of_postgresql_carries_plain_arrays(item: Any) -> None:
    assert in_json_of_postgresql(ARRAY(item), PSYCOPG) is not None
    assert in_record(ARRAY(item), ASYNCPG) is None


@pytest.mark.parametrize("item", [Numeric(), DateTime(), Point()], ids=repr)
def test_json_of_postgresql_does_not_carry_other_arrays(item: Any) -> None:
    assert in_json_of_postgresql(ARRAY(item), PSYCOPG) is None


@pytest.mark.parametrize("held", [JSON(), Interval()], ids=repr)
def test_json_of_postgresql_does_not_carry_json_and_intervals(held: Any) -> None:
    assert in_json_of_postgresql(held, PSYCOPG) is None


@pytest.mark.parametrize(
    ("held", "text", "value"),
    [
        (Date(), "2024-02-29", dt.date(2024, 2, 29)),
        (DateTime(), "2024-02-29T12:00:00.5", dt.datetime(2024, 2, 29, 12, 0, 0, 500000)),
        (Time(), "12:00:00.000001", dt.time(12, 0, 0, 1)),
        (Double(), "-0", -0.0),
        (Double(), "Infinity", float("inf")),
        (Numeric(), "1.50", Decimal("1.50")),
        (LargeBinary(), "00ff", b"\x00\xff"),
        (Uuid(), str(UUID(int=1)), UUID(int=1)),
    ],
)
def test_json_of_postgresql_is_read_back(held: Any, text: str, value: Any) -> None:
    carriage = in_json_of_postgresql(held, PSYCOPG)

    assert carriage is not None
    assert carriage.decode is not None
    assert repr(carriage.decode(text)) == repr(value)


def test_an_enumeration_is_text_in_a_record() -> None:
    carriage = in_record(Enum(Mood), ASYNCPG)

    assert carriage is not None
    assert carriage.encode is not None
    assert str(carriage.encode(column("mood"))) == "CAST(mood AS TEXT)"


def test_bytes_are_hexadecimal_in_json_and_null_stays_null() -> None:
    of_postgresql = in_json_of_postgresql(LargeBinary(), PSYCOPG)
    of_sqlite = in_json_of_sqlite(LargeBinary(), AIOSQLITE)

    assert of_postgresql is not None
    assert of_postgresql.encode is not None
    assert of_sqlite is not None
    assert of_sqlite.encode is not None
    assert "encode(raw, " in str(of_postgresql.encode(column("raw")))
    assert str(of_sqlite.encode(column("raw"))) == "CASE WHEN (raw IS NOT NULL) THEN hex(raw) END"
