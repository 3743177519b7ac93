"""COPY, where it writes the same as INSERT."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import (
    JSON,
    DateTime,
    Identity,
    LargeBinary,
    Numeric,
    String,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskbound import Database, RowRefused
from tests.dml.models import Status, Upper

DRIVERS = ("postgresql+asyncpg", "postgresql+psycopg")


class Base(DeclarativeBase):
    pass


class Event(Base):
    """A column of each type, under a name that has to be quoted."""

    __tablename__ = "Every type of 100 %"

    id: Mapped[int] = mapped_column("the id", primary_key=True)
    name: Mapped[str | None] = mapped_column("the %s name", String(200))
    code: Mapped[str | None] = mapped_column(Upper)
    status: Mapped[Status | None] = mapped_column(default=Status.OPEN)
    amount: Mapped[Decimal | None] = mapped_column(Numeric(12, 3))
    ratio: Mapped[float | None]
    flag: Mapped[bool | None]
    day: Mapped[date | None]
    hour: Mapped[time | None]
    moment: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    raw: Mapped[bytes | None] = mapped_column(LargeBinary)
    token: Mapped[UUID | None]
    document: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Counted(Base):
    __tablename__ = "counted"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    name: Mapped[str] = mapped_column(String(20))


class Computed(Base):
    __tablename__ = "computed"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), default=func.lower(literal_column("'MADE'")))
    given: Mapped[int]


EVENTS: list[dict[str, Any]] = [
    {
        "name": "tab\tline\nback\\slash 'quote' \\N %s é",
        "code": "ab",
        "status": Status.PAID,
        "amount": Decimal("12345.678"),
        "ratio": 0.1,
        "flag": True,
        "day": date(2026, 2, 28),
        "hour": time(23, 59, 59, 123456),
        "moment": datetime(2026, 2, 28, 12, 30, 1, 999999, tzinfo=UTC),
        "raw": bytes(range(256)),
        "token": UUID("12345678-1234-5678-1234-567812345678"),
        "document": {"a": [1, None, "x\\\n"], "b": "é"},
    },
    {
        "name": None,
        "code": None,
        "amount": Decimal(-1),
        "flag": False,
        "raw": b"",
        "document": None,
    },
    {"name": "", "ratio": -1e30, "document": {}},
]


@pytest.fixture
async def tables(database: Database) -> Database:
    await database.create_all(Base.metadata)
    return database


def rows_of(count: int) -> list[dict[str, Any]]:
    empty = dict.fromkeys(EVENTS[0])
    return [{**empty, "status": Status.PAID, **EVENTS[n % len(EVENTS)]} for n in range(count)]


def copies(caplog: pytest.LogCaptureFixture) -> int:
    return sum(record.message.startswith("COPY") for record in caplog.records)


@pytest.fixture
async def logged(
    database_url: str, driver: str, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Database]:
    """The same, with its statements in the log; of PostgreSQL alone."""
    if driver not in DRIVERS:
        pytest.skip("there is no COPY")
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine.Engine")
    async with Database(database_url) as database:
        await database.create_all(Base.metadata)
        yield database


async def test_what_is_copied_is_what_the_unit_of_work_would_have_written(
    tables: Database, driver: str
) -> None:
    # aiomysql 0.3 fails on bytes, for the unit of work as well.
    without = {"raw"} if driver == "mysql+aiomysql" else set()
    rows = [
        {name: value for name, value in row.items() if name not in without} for row in rows_of(150)
    ]
    names = list(rows[0])
    async with tables.begin() as session:
        session.add_all([Event(**row) for row in rows])
        await session.flush()
        added = await _read(session, names)
        await session.delete(Event, every=True)
        assert await session.copy_in(Event, rows) == 150
        copied = await _read(session, names)

    assert copied == added


async def _read(session: Any, names: list[str]) -> list[tuple[Any, ...]]:
    asked = select(*(getattr(Event, name) for name in names)).order_by(Event.id)
    return [tuple(row) for row in await session.execute(asked)]


async def test_many_rows_are_copied_by_themselves(
    logged: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with logged.begin() as session:
        await session.insert_many(Event, rows_of(100))

    assert copies(caplog) == 1


async def test_few_rows_are_inserted(logged: Database, caplog: pytest.LogCaptureFixture) -> None:
    async with logged.begin() as session:
        await session.insert_many(Event, rows_of(99))

    assert copies(caplog) == 0


async def test_few_rows_are_copied_where_that_is_asked_for(
    logged: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with logged.begin() as session:
        await session.copy_in(Event, rows_of(2))

    assert copies(caplog) == 1


async def test_a_default_that_is_sql_is_left_to_insert(
    logged: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with logged.begin() as session:
        await session.copy_in(Computed, [{"given": number} for number in range(200)])
        names = set(await session.scalars(select(Computed.name)))

    assert (copies(caplog), names) == (0, {"made"})


async def test_a_value_for_an_identity_is_refused_as_by_insert(
    logged: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with logged.session() as session:
        with pytest.raises(Exception, match="non-DEFAULT value"):
            await session.copy_in(Counted, [{"id": 5, "name": "a"}])
        await session.rollback()

    assert copies(caplog) == 0


async def test_an_identity_counts_what_is_copied(logged: Database) -> None:
    async with logged.begin() as session:
        await session.copy_in(Counted, [{"name": "a"}, {"name": "b"}])
        found = list(await session.scalars(select(Counted.id).order_by(Counted.id)))

    assert found == [1, 2]


async def test_a_view_is_inserted_into(logged: Database, caplog: pytest.LogCaptureFixture) -> None:
    async with logged.begin() as session:
        await session.execute(text("ALTER TABLE counted RENAME TO hidden"))
        await session.execute(text("CREATE VIEW counted AS SELECT * FROM hidden"))
        written = await session.insert_many(Counted, [{"name": f"{n}"} for n in range(200)])
        count = await session.scalar(select(func.count()).select_from(Counted))

    assert (copies(caplog), written, count) == (1, 200, 200)


async def test_a_schema_that_is_translated_is_copied_to(database_url: str, driver: str) -> None:
    if driver not in DRIVERS:
        pytest.skip("there is no COPY")
    async with Database(database_url) as database:
        async with database.engine.begin() as connection:
            await connection.execute(text("CREATE SCHEMA tenant"))
            moved = await connection.execution_options(schema_translate_map={None: "tenant"})
            await moved.run_sync(Base.metadata.create_all)
        async with database.begin() as session:
            await session.connection(execution_options={"schema_translate_map": {None: "tenant"}})
            await session.copy_in(Counted, [{"name": "a"}])
            count = await session.scalar(text("SELECT count(*) FROM tenant.counted"))

    assert count == 1


async def test_a_bad_row_of_a_large_load_is_named_and_none_is_left(tables: Database) -> None:
    def rows() -> Any:
        for number in range(100_000):
            yield {"id": number if number != 98_765 else 4, "given": 1, "name": "a"}

    async with tables.begin() as session:
        await session.insert(Computed, {"id": 500_000, "given": 1})
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Computed, rows())
    async with tables.session() as session:
        left = list(await session.scalars(select(Computed.id)))

    assert (caught.value.row, left) == (98_765, [500_000])
