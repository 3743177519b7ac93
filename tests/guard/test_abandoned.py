"""Law: who takes a connection gives it back (FM-16)."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SAWarning
from sqlalchemy.ext.asyncio import async_scoped_session, async_sessionmaker, create_async_engine

from taskbound import Database, Finding, PoolExhausted, TaskSession
from tests.here import there

CURE = (
    "close each session in the task that opens it: async with db.session() as session "
    "(TB409, docs/errors/TB409.md)"
)


@pytest.fixture
async def small() -> AsyncIterator[Database]:
    """A database with one connection."""
    async with Database("sqlite+aiosqlite://", pool_size=1, pool_timeout=0.02) as database:
        yield database


async def test_a_session_that_is_thrown_away_is_reported_with_its_line(
    database: Database, findings: list[Finding]
) -> None:
    async def forget() -> None:
        await database.session().scalar(select(1))  # takes

    with warnings.catch_warnings():
        # SQLAlchemy and psycopg say so as well, without the line.
        warnings.simplefilter("ignore", SAWarning)
        warnings.simplefilter("ignore", ResourceWarning)
        await asyncio.create_task(forget())
        gc.collect()

    assert [str(finding.error) for finding in findings] == [
        f"a connection that was taken at {there('takes', 'forget')} was not given back: "
        f"its session was thrown away unclosed; {CURE}"
    ]
    assert database.statistics().checked_out == 0


async def test_a_generator_that_is_left_in_the_middle_is_reported_with_its_line(
    small: Database, findings: list[Finding]
) -> None:
    async def get_session() -> AsyncIterator[TaskSession]:
        async with small.session() as session:
            yield session

    async def work() -> object:
        async for session in get_session():
            return await session.scalar(select(1))  # in a loop
        return None

    await work()
    async with asyncio.timeout(1):
        while small.statistics().checked_out:
            await asyncio.sleep(0)

    assert [str(finding.error) for finding in findings] == [
        f"a connection that was taken at {there('in a loop', 'work')} was not given back: "
        f"the generator that opened its session was left in the middle; {CURE}"
    ]


async def test_plain_sqlalchemy_keeps_the_connections_of_a_scoped_session_without_a_word(
    tmp_path: Path,
) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/scoped.db")
    scoped = async_scoped_session(async_sessionmaker(engine), scopefunc=asyncio.current_task)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(2):
            await asyncio.create_task(scoped.scalar(select(1)))
        gc.collect()
    held = engine.pool.checkedout()  # type: ignore[attr-defined]  # of a queue pool
    for session in scoped.registry.registry.values():
        await session.close()
    await engine.dispose()

    assert held == 2


async def test_a_scoped_session_without_remove_is_reported_by_who_waits_in_vain(
    small: Database, findings: list[Finding]
) -> None:
    scoped = async_scoped_session(small.sessionmaker, scopefunc=asyncio.current_task)

    async def work() -> None:
        await scoped.scalar(select(1))  # scoped

    await asyncio.create_task(work())
    with pytest.raises(PoolExhausted):
        async with small.session() as session:
            await session.scalar(select(1))
    for left in scoped.registry.registry.values():
        await left.close()

    assert [str(finding.error) for finding in findings] == [
        f"a connection that was taken at {there('scoped', 'work')} was not given back: "
        f"the task that took it has finished; {CURE}"
    ]


async def test_a_session_of_a_finished_task_that_another_closes_is_no_finding(
    small: Database, findings: list[Finding]
) -> None:
    async def set_up() -> TaskSession:
        session = small.session()
        await session.scalar(select(1))
        return session

    session = await asyncio.create_task(set_up())
    gc.collect()
    await session.scalar(select(1))
    await asyncio.create_task(session.close())

    # The collector may take its time.
    assert [finding for finding in findings if finding.code == "TB409"] == []


async def test_a_generator_that_is_closed_by_hand_is_no_finding(
    small: Database, findings: list[Finding]
) -> None:
    async def get_session() -> AsyncIterator[TaskSession]:
        async with small.session() as session:
            yield session

    generator = get_session()
    await (await anext(generator)).scalar(select(1))
    await generator.aclose()  # type: ignore[attr-defined]  # of an asynchronous generator

    assert findings == []


async def test_a_connection_that_is_detached_by_hand_is_no_finding(
    small: Database, findings: list[Finding]
) -> None:
    async with small.engine.connect() as connection:
        await connection.scalar(select(1))
        raw = await connection.get_raw_connection()
        raw.detach()

    assert findings == []
