"""Law: a connection comes back as it was taken, with no transaction open (FM-04)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from taskbound import Database, Finding
from tests.here import there

ASYNCPG = pytest.mark.parametrize("driver", ["postgresql+asyncpg"], ids=["asyncpg"])
# How each driver begins a transaction that SQLAlchemy knows nothing of.
BEGIN = {"sqlite": "BEGIN", "postgresql": "BEGIN", "mysql": "START TRANSACTION"}


@pytest.fixture
async def single(database_url: str) -> AsyncIterator[Database]:
    """A database with one connection, which is not rolled back when it is returned."""
    async with Database(database_url, pool_size=1, pool_reset_on_return=None) as database:
        yield database


async def race(engine: AsyncEngine) -> None:
    """A rollback while a statement of another task is under way, on one connection."""
    connection = await engine.connect()
    await connection.execute(text("SELECT 1"))
    sleeping = asyncio.create_task(connection.execute(text("SELECT pg_sleep(0.2)")))
    await asyncio.sleep(0.05)
    with pytest.raises(DBAPIError):
        await connection.rollback()
    await sleeping
    await connection.close()


@ASYNCPG
async def test_on_plain_sqlalchemy_a_race_poisons_the_pool_for_good(database_url: str) -> None:
    engine = create_async_engine(database_url, pool_size=1, max_overflow=0)
    await race(engine)
    refused = 0
    for _ in range(3):
        with pytest.raises(InterfaceError, match="manually started transaction"):
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
        refused += 1
    await engine.dispose()

    assert refused == 3


@ASYNCPG
async def test_a_race_costs_one_connection_and_is_reported(
    database_url: str, findings: list[Finding]
) -> None:
    async with Database(database_url, pool_size=1) as database:
        await race(database.engine)
        async with database.session() as session:
            answer = await session.scalar(text("SELECT 1"))

    assert answer == 1
    assert [finding.code for finding in findings] == ["TB408"]


async def test_a_transaction_begun_by_hand_does_not_come_to_the_next(
    single: Database, findings: list[Finding]
) -> None:
    async def by_hand() -> object:
        async with single.engine.connect() as connection:  # takes
            held = await connection.get_raw_connection()
            await run(held.driver_connection, BEGIN[single.engine.dialect.name])
            return held.driver_connection

    first = await by_hand()
    async with single.engine.connect() as connection:
        second = (await connection.get_raw_connection()).driver_connection

    assert first is not second
    assert [str(finding.error) for finding in findings] == [
        f"a connection that was taken at {there('takes', 'by_hand')} came back to the pool with a "
        "transaction open, and has been closed; end what you begin on the driver's own connection, and "
        "use a connection from one task at a time (TB408, docs/errors/TB408.md)"
    ]


async def test_transactions_that_end_are_no_finding(
    database: Database, findings: list[Finding]
) -> None:
    for isolation in (None, "AUTOCOMMIT"):
        engine = database.engine
        if isolation:
            engine = engine.execution_options(isolation_level=isolation)
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    async with database.begin() as session:
        await session.execute(text("CREATE TABLE kept (id INTEGER)"))
    with pytest.raises(DBAPIError):
        async with database.begin() as session:
            await session.execute(text("SELECT nothing FROM nowhere"))
    async with database.session(guard={"TB301": "off"}) as session:
        await session.execute(text("INSERT INTO kept VALUES (1)"))

    assert [finding for finding in findings if finding.code == "TB408"] == []


async def run(connection: Any, statement: str) -> None:
    if hasattr(connection, "execute"):
        await connection.execute(statement)
        return
    async with connection.cursor() as cursor:
        await cursor.execute(statement)
