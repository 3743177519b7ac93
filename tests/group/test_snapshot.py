"""`task_group(snapshot=True)`: the block and its tasks see one state of the database."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from pydantic import BaseModel
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine

from taskbound import Database, NoSnapshot, TaskSession, call
from tests.group.people import Person, add, count, is_clean, name_of, names
from tests.here import here

HAVE = ["sqlite", "postgresql"]


class PersonRead(BaseModel):
    name: str


@pytest.fixture
def seen(people: Database) -> Database:
    """The people, on the engines that have a snapshot to share."""
    if people.engine.dialect.name not in HAVE:
        pytest.skip("this engine has no snapshot to share")
    return people


async def write(database: Database, key: int, name: str) -> None:
    async with database.begin() as session:
        await add(session, key, name)


async def projected(session: TaskSession) -> list[str]:
    rows = await session.project(PersonRead, select(Person).order_by(Person.id)).all()
    return [row.name for row in rows]


async def test_the_block_and_every_task_see_the_state_of_the_beginning(seen: Database) -> None:
    async with seen.task_group(snapshot=True) as tg:
        await write(seen, 3, "Edith")
        tasks = [tg.create_task(count) for _ in range(6)]
        await asyncio.wait(tasks)
        await write(seen, 4, "Joan")
        projection = tg.create_task(projected)
        of_the_block = (await count(tg.session), await projected(tg.session))

    assert [task.result() for task in tasks] == [2] * 6
    assert projection.result() == ["Ada", "Grace"]
    assert of_the_block == (2, ["Ada", "Grace"])
    assert await names(seen) == ["Ada", "Grace", "Edith", "Joan"]
    assert await is_clean(seen)


async def test_without_a_snapshot_each_task_sees_its_own_moment(people: Database) -> None:
    async with people.task_group() as tg:
        before = await tg.create_task(count)
        await write(people, 3, "Edith")
        after = await tg.create_task(count)

    assert (before, after) == (2, 3)


async def test_functions_that_are_gathered_share_a_snapshot(seen: Database) -> None:
    async def writes_between(session: TaskSession) -> int:
        await write(seen, 3, "Edith")
        return await count(session)

    async def later(session: TaskSession) -> int:
        while len(await names(seen)) == 2:
            await asyncio.sleep(0)
        return await count(session)

    results = await seen.gather(later, writes_between, later, snapshot=True, limit=2)

    assert results == (2, 2, 2)
    assert await is_clean(seen)


async def test_a_task_stays_in_the_snapshot_after_commit_rollback_and_reset(seen: Database) -> None:
    async def again_and_again(session: TaskSession) -> list[int]:
        counts = [await count(session)]
        await session.commit()
        counts.append(await count(session))
        await session.rollback()
        counts.append(len(await projected(session)))
        await session.reset()
        counts.append(len(await projected(session)))
        return counts

    async with seen.task_group(snapshot=True) as tg:
        await write(seen, 3, "Edith")
        counts = tg.create_task(again_and_again)

    assert counts.result() == [2, 2, 2, 2]
    assert await is_clean(seen)


async def test_nothing_can_be_written_in_a_snapshot(seen: Database) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with seen.task_group(snapshot=True) as tg:
            tg.create_task(add, 3, "Edith")

    assert caught.group_contains(DBAPIError, match="read-?only")
    await write(seen, 4, "Joan")
    assert await names(seen) == ["Ada", "Grace", "Joan"]
    assert await is_clean(seen)


async def test_a_task_that_raises_in_a_snapshot_leaves_nothing_behind(seen: Database) -> None:
    inside = asyncio.Event()

    async def waits(session: TaskSession) -> None:
        await count(session)
        inside.set()
        await asyncio.Event().wait()

    async def fails(session: TaskSession) -> None:
        await inside.wait()
        await session.get_one(Person, 7)

    with pytest.raises(ExceptionGroup):
        async with seen.task_group(snapshot=True, limit=2) as tg:
            tg.create_task(waits)
            tg.create_task(fails)

    assert await is_clean(seen)


async def test_a_cancelled_snapshot_leaves_nothing_behind(seen: Database) -> None:
    inside = asyncio.Event()

    async def waits(session: TaskSession) -> None:
        await count(session)
        inside.set()
        await asyncio.Event().wait()

    async def parent() -> None:
        async with seen.task_group(snapshot=True) as tg:
            for _ in range(5):
                tg.create_task(waits)

    running = asyncio.create_task(parent())
    await inside.wait()
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert await is_clean(seen)


async def test_many_snapshots_at_a_time_get_on_with_one_small_pool(seen: Database) -> None:
    async def both() -> tuple[int, str]:
        return await seen.gather(count, call(name_of, 1), snapshot=True)

    results = await asyncio.gather(*(both() for _ in range(12)))

    assert results == [(2, "Ada")] * 12
    assert await is_clean(seen)


async def test_the_block_s_own_session_cannot_go_on_in_another_state(seen: Database) -> None:
    async with seen.task_group(snapshot=True) as tg:
        await tg.session.rollback()
        if seen.engine.dialect.name == "sqlite":
            # The rollback is one to a savepoint there.
            assert await count(tg.session) == 2
            return
        with pytest.raises(NoSnapshot) as caught:
            await count(tg.session)

    assert str(caught.value) == (
        f"there is no snapshot at {_line_of(count)}: the transaction that saw it has ended; read inside "
        "the group's block, and leave tg.session without commit() and rollback() "
        "(TB410, docs/errors/TB410.md)"
    )
    assert await is_clean(seen)


async def test_a_task_finds_no_snapshot_once_the_block_s_transaction_has_ended(
    people_url: str,
) -> None:
    if not people_url.startswith("postgresql"):
        pytest.skip("the snapshot is exported on PostgreSQL alone")
    async with Database(people_url) as database:
        with pytest.raises(ExceptionGroup) as caught:
            async with database.task_group(snapshot=True) as tg:
                await tg.session.rollback()
                tg.create_task(count)

        assert caught.group_contains(NoSnapshot, match="the transaction that saw it has ended")
        assert await is_clean(database)


async def test_an_engine_without_a_shared_snapshot_is_refused_before_anything_is_sent() -> None:
    # Port 1 is reserved and nothing listens there.
    async with Database("mysql+aiomysql://shop@127.0.0.1:1/shop") as database:
        with pytest.raises(NoSnapshot) as caught:
            async with database.task_group(snapshot=True):
                pass

    assert str(caught.value) == (
        f"there is no snapshot at {here(-4)}: mysql has none that several connections could share; "
        "read everything in one session: async with db.begin() as session; or leave snapshot=True "
        "out (TB410, docs/errors/TB410.md)"
    )


async def test_an_engine_of_one_s_own_has_no_snapshot_on_sqlite(local: Database) -> None:
    own = Database.from_engine(create_async_engine(local.engine.url))
    async with own:
        with pytest.raises(NoSnapshot) as caught:
            await own.gather(count, snapshot=True)

    assert caught.value.reason == (
        "the transactions of an engine of your own begin on SQLite with the first write"
    )


async def test_a_pool_with_no_connection_for_a_task_is_refused(people_url: str) -> None:
    if people_url.startswith("mysql"):
        pytest.skip("this engine has no snapshot to share")
    needed = 3 if people_url.startswith("sqlite") else 2
    async with Database(people_url, pool_size=needed - 1) as database:
        with pytest.raises(NoSnapshot) as caught:
            await database.gather(count, snapshot=True)

    assert caught.value.reason == (
        f"it takes {needed} connections, and the pool has {needed - 1} for this task"
    )


async def test_the_smallest_pool_is_enough(people_url: str) -> None:
    if people_url.startswith("mysql"):
        pytest.skip("this engine has no snapshot to share")
    needed = 3 if people_url.startswith("sqlite") else 2
    async with Database(people_url, pool_size=needed) as database:
        results = await database.gather(count, count, count, snapshot=True)

        assert results == (2, 2, 2)
        assert await is_clean(database)


async def test_a_block_waits_its_turn_for_the_pool_s_timeout(people_url: str) -> None:
    if not people_url.startswith("postgresql"):
        pytest.skip("SQLite's blocks wait only while another one begins")
    async with Database(people_url, pool_size=2, pool_timeout=0.05) as database:
        async with database.task_group(snapshot=True):
            with pytest.raises(PoolTimeout) as caught:
                await database.gather(count, snapshot=True)

        assert await is_clean(database)
    assert str(caught.value) == "1 blocks that read a snapshot held their connections for 0.05 s"


async def loses_its_connection(session: TaskSession) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0):
            await count(session)


async def test_a_connection_that_one_task_has_lost_is_given_to_no_other(local: Database) -> None:
    async with local.task_group(snapshot=True, limit=2) as tg:
        await tg.create_task(loses_its_connection)
        left = tg.create_task(count)

    assert left.result() == 2


async def test_a_task_is_told_that_all_connections_are_lost(local: Database) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with local.task_group(snapshot=True, limit=1) as tg:
            await tg.create_task(loses_its_connection)
            tg.create_task(count)

    assert caught.group_contains(NoSnapshot, match="the transaction that saw it has ended")
    assert await is_clean(local)


def _line_of(function: object) -> str:
    code = function.__code__  # type: ignore[attr-defined]  # of a function
    return f"tests/group/people.py:{code.co_firstlineno + 1} in {code.co_name}"
