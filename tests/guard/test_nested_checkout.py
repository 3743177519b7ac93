"""Law: a task holds one connection of a pool at a time (FM-03)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from taskbound import Database, Finding, NestedCheckout, PoolExhausted
from tests.here import there


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with two connections."""
    url = f"sqlite+aiosqlite:///{tmp_path}/pair.db"
    async with Database(url, pool_size=2, pool_timeout=0.05) as database:
        yield database


async def test_a_pool_of_sqlalchemy_is_stuck_when_each_task_wants_a_second(tmp_path: Path) -> None:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{tmp_path}/pair.db", pool_size=2, max_overflow=0, pool_timeout=0.05
    )
    plain, both = async_sessionmaker(engine), asyncio.Barrier(2)

    async def work() -> None:
        async with plain() as outer, plain() as inner:
            await outer.scalar(select(1))
            await both.wait()
            await inner.scalar(select(1))

    answers = await asyncio.gather(work(), work(), return_exceptions=True)
    await engine.dispose()

    assert any(isinstance(answer, PoolTimeout) for answer in answers)


async def test_a_session_inside_a_session_is_reported_with_both_lines(
    pair: Database, findings: list[Finding]
) -> None:
    async def inner() -> None:
        async with pair.session() as session:
            await session.scalar(select(1))  # second

    async with pair.session() as session:
        await session.scalar(select(1))  # first
        await inner()

    first = there("first", test_a_session_inside_a_session_is_reported_with_both_lines.__name__)
    assert [str(finding.error) for finding in findings] == [
        f"a task takes a second connection of the pool at {there('second', 'inner')}, while it holds the "
        f"one that it took at {first}; use the session that holds it, or end its transaction first: as "
        "many such tasks as the pool has connections wait for each other (TB406, docs/errors/TB406.md)"
    ]


async def test_where_it_raises_no_second_connection_is_taken(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/pair.db"
    async with Database(url, pool_size=1, guard={"TB406": "raise"}) as database:
        async with database.session() as outer, database.session() as inner:
            await outer.scalar(select(1))
            with pytest.raises(NestedCheckout):
                await inner.scalar(select(1))

        assert database.statistics().checked_out == 0


async def test_a_third_is_reported_and_so_is_a_plain_connection(
    pair: Database, findings: list[Finding]
) -> None:
    async with pair.session() as outer:
        await outer.scalar(select(1))
        async with pair.engine.connect() as connection:
            await connection.scalar(select(1))
            with pytest.raises(PoolExhausted):
                async with pair.session() as third:
                    await third.scalar(select(1))

    assert [finding.code for finding in findings] == ["TB406", "TB406"]


async def test_after_a_transaction_another_session_may_take_its_connection(
    pair: Database, findings: list[Finding]
) -> None:
    async with pair.session() as outer, pair.session() as inner:
        await outer.scalar(select(1))
        await outer.commit()
        await inner.scalar(select(1))
    async with pair.session() as after:
        await after.scalar(select(1))

    assert findings == []


async def test_each_of_many_tasks_may_hold_one(pair: Database, findings: list[Finding]) -> None:
    async def work() -> None:
        async with pair.session() as session:
            await session.scalar(select(1))

    async with pair.session() as session:
        await session.scalar(select(1))
        for _ in range(50):
            await asyncio.create_task(work())

    assert findings == []


async def test_another_database_and_a_health_check_are_beside_it(
    pair: Database, findings: list[Finding]
) -> None:
    async with Database("sqlite+aiosqlite://") as other, pair.session() as session:
        await session.scalar(select(1))
        async with other.session() as elsewhere:
            await elsewhere.scalar(select(1))
        await pair.check()

    assert findings == []


async def test_a_group_that_shares_a_snapshot_takes_what_it_has_bounded_itself(
    tmp_path: Path, findings: list[Finding]
) -> None:
    async with (
        Database(f"sqlite+aiosqlite:///{tmp_path}/group.db") as database,
        database.task_group(snapshot=True) as group,
    ):
        await group.session.scalar(select(1))

    assert findings == []
