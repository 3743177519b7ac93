"""SQLite's locks, which a transaction without a `Connection` waits for itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import OperationalError

from taskbound import Database, TaskSession
from tests.raw.conftest import fill
from tests.raw.things import Thing, ThingRead, amounts


@pytest.fixture
async def hasty(tmp_path: object) -> AsyncIterator[Database]:
    """A database that waits for no lock."""
    async with Database(
        f"sqlite+aiosqlite:///{tmp_path}/things.sqlite", busy_timeout=0.0
    ) as opened:
        await fill(opened)
        yield opened
        assert opened.statistics().checked_out == 0


@pytest.fixture(params=["raw", "listened"])
def either(hasty: Database, request: pytest.FixtureRequest) -> Database:
    """The same, with transactions of either kind: where somebody listens they have a `Connection`."""
    if request.param == "listened":
        event.listen(hasty.engine.sync_engine, "begin", lambda _: None)
    return hasty


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[None]:
    async with database.engine.connect() as other:
        await other.exec_driver_sql("SELECT 1")
        await other.execute(text("UPDATE thing SET amount = 0 WHERE id = 3"))
        yield
        await other.rollback()


async def write_once_refused(session: TaskSession, database: Database) -> None:
    """Write while another one holds the lock, and then another row."""
    async with locked(database):
        with pytest.raises(OperationalError, match="locked"):
            await session.update(Thing, {"amount": 1}, key=1)
    await session.update(Thing, {"amount": 2}, key=2)


async def test_a_writer_that_was_refused_its_lock_may_try_again(either: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with either.begin() as session:
            await write_once_refused(session, either)
            raise ZeroDivisionError

    assert await amounts(either) == {1: 10, 2: 10, 3: 10}


async def test_a_reader_that_was_refused_the_lock_of_a_writer_may_try_again(
    either: Database,
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with TaskSession(either.engine) as session, session.begin():
            await session.project(ThingRead, select(Thing)).all()
            await write_once_refused(session, either)
            raise ZeroDivisionError

    assert await amounts(either) == {1: 10, 2: 10, 3: 10}


async def test_a_block_has_no_connection_whether_it_reads_or_writes_first(
    hasty: Database, made: list[Connection]
) -> None:
    async with hasty.begin() as session:
        await session.update(Thing, {"amount": 1}, key=1)
    async with hasty.session() as session, session.begin():
        await session.project(ThingRead, select(Thing)).all()
        await session.update(Thing, {"amount": 2}, key=2)

    assert made == []
    assert await amounts(hasty) == {1: 1, 2: 2, 3: 10}


async def test_a_block_that_was_refused_and_writes_nothing_ends(hasty: Database) -> None:
    async with hasty.begin() as session, locked(hasty):
        with pytest.raises(OperationalError, match="locked"):
            await session.update(Thing, {"amount": 1}, key=1)

    assert (await amounts(hasty))[1] == 10
