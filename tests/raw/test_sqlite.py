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


@asynccontextmanager
async def locked(database: Database) -> AsyncIterator[None]:
    async with database.engine.connect() as other:
        await other.exec_driver_sql("SELECT 1")
        await other.execute(text("UPDATE thing SET amount = 0 WHERE id = 3"))
        yield
        await other.rollback()


def listened(database: Database) -> None:
    event.listen(database.engine.sync_engine, "begin", lambda _: None)


WAYS = pytest.mark.parametrize("is_raw", [True, False], ids=["raw", "listened"])


@WAYS
async def test_a_writer_that_was_refused_its_lock_may_try_again(
    hasty: Database, is_raw: bool
) -> None:
    if not is_raw:
        listened(hasty)
    with pytest.raises(ZeroDivisionError):
        async with hasty.begin() as session:
            async with locked(hasty):
                with pytest.raises(OperationalError, match="locked"):
                    await session.update(Thing, {"amount": 1}, key=1)
            await session.update(Thing, {"amount": 2}, key=2)
            raise ZeroDivisionError

    assert await amounts(hasty) == {1: 10, 2: 10, 3: 10}


@WAYS
async def test_a_reader_that_was_refused_the_lock_of_a_writer_may_try_again(
    hasty: Database, is_raw: bool
) -> None:
    if not is_raw:
        listened(hasty)
    with pytest.raises(ZeroDivisionError):
        async with TaskSession(hasty.engine) as session, session.begin():
            await session.project(ThingRead, select(Thing)).all()
            async with locked(hasty):
                with pytest.raises(OperationalError, match="locked"):
                    await session.update(Thing, {"amount": 1}, key=1)
            await session.update(Thing, {"amount": 2}, key=2)
            raise ZeroDivisionError

    assert await amounts(hasty) == {1: 10, 2: 10, 3: 10}


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
