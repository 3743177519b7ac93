"""Who holds the connections of a pool, told when none comes free (FM-03, FM-16)."""

from __future__ import annotations

import asyncio
import gc
import pickle
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from taskbound import Database, Failure, Holder, Place, PoolExhausted, TaskSession
from tests.here import there

CURE = (
    "end transactions before you wait for anything else, close every session, take no second "
    "connection inside a session, then raise pool_size (TB407, docs/errors/TB407.md)"
)


@pytest.fixture
async def single(database_url: str) -> AsyncIterator[Database]:
    """A database whose pool has one connection and little patience."""
    async with Database(database_url, pool_size=1, pool_timeout=0.05) as database:
        yield database


async def exhausted(database: Database) -> PoolExhausted:
    with pytest.raises(PoolExhausted) as caught:
        async with database.session() as session:
            await session.scalar(select(1))  # wants
    return caught.value


class Held:
    """A task that holds a connection, and waits for something else."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.holds, self.goes_on = asyncio.Event(), asyncio.Event()

    async def work(self) -> None:
        async with self.database.session() as session:
            await session.scalar(select(1))  # takes
            await self.call_out()

    async def call_out(self) -> None:
        self.holds.set()
        await self.goes_on.wait()  # waits

    async def __aenter__(self) -> Self:
        self.task = asyncio.create_task(self.work(), name="report")
        await self.holds.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.goes_on.set()
        await self.task


async def test_on_plain_sqlalchemy_the_time_out_names_nobody(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/plain.db"
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    plain = async_sessionmaker(engine)
    async with plain() as holding, plain() as waiting:
        await holding.scalar(select(1))
        with pytest.raises(PoolTimeout) as caught:
            await waiting.scalar(select(1))
    await engine.dispose()

    assert str(caught.value).startswith("QueuePool limit of size 1 overflow 0 reached, connection")


async def test_a_time_out_names_the_line_that_took_the_connection(single: Database) -> None:
    async with Held(single):
        error = await exhausted(single)

    wants, took = there("wants", "exhausted"), there("takes", "work")
    # MariaDB begins no transaction for a statement that touches no table.
    state = "idle" if single.engine.dialect.name == "mysql" else "idle in a transaction"
    assert issubclass(PoolExhausted, (PoolTimeout, Failure))
    assert str(error) == (
        f"no connection came free in 0.05 s at {wants}: "
        f"the only one is in use for less than 1 s at {took}; "
        f"{CURE}\n"
        f"  taken at {took} by task 'report' less than 1 s ago; "
        f"{state}, while its task waits at {there('waits', 'call_out')}"
    )


async def test_what_was_given_back_has_no_holder(single: Database) -> None:
    async with single.session() as session:
        await session.scalar(select(1))
    async with single.engine.connect() as connection:
        await connection.scalar(select(1))

    assert pool_of(single).holders == ()


@pytest.mark.parametrize("driver", ["postgresql+asyncpg"], ids=["asyncpg"])
async def test_a_holder_whose_statement_is_under_way_waits_for_the_database(
    single: Database,
) -> None:
    async def sleep() -> None:
        async with single.session() as session:
            await session.scalar(text("SELECT pg_sleep(1)"))

    await single.check()
    sleeping = asyncio.create_task(sleep())
    await asyncio.sleep(0)
    error = await exhausted(single)
    sleeping.cancel()
    await asyncio.wait([sleeping])

    assert str(error.holders[0]).endswith(" ago; waits for the database")


@pytest.mark.parametrize("driver", ["sqlite+aiosqlite"], ids=["aiosqlite"])
async def test_a_holder_whose_task_has_finished_is_told_so(single: Database) -> None:
    async def forget() -> TaskSession:
        session = single.session()
        await session.scalar(select(1))
        return session

    session = await asyncio.create_task(forget(), name="forgetful")
    gc.collect()
    error = await exhausted(single)
    await session.close()

    holder = error.holders[0]
    assert holder.is_done and holder.place is not None and holder.place.function == "forget"
    # The collector may take its time.
    assert re.search(r"by a task that is gone, .* ago; idle in a transaction$", str(error))


@pytest.mark.parametrize("driver", ["sqlite+aiosqlite"], ids=["aiosqlite"])
async def test_a_task_that_holds_the_only_connection_itself_is_told_so(single: Database) -> None:
    async with single.session() as session:
        await session.scalar(select(1))
        error = await exhausted(single)

    assert [(holder.is_done, holder.in_transaction) for holder in error.holders] == [(False, True)]


def test_the_longest_of_several_holders_is_named() -> None:
    holders = tuple(
        Holder(
            place=Place("/shop.py", line, "work"),
            task="one",
            is_done=False,
            seconds=line * 10,
            in_transaction=None,
            is_busy=False,
            waits_at=None,
        )
        for line in (4, 3)
    )
    error = PoolExhausted(place=None, seconds=10.0, holders=holders)

    assert str(error) == (
        "no connection came free in 10 s: all 2 are in use, the longest of them for 40 s at "
        f"/shop.py:4 in work; {CURE}\n"
        "  taken at /shop.py:4 in work by task 'one' 40 s ago; idle\n"
        "  taken at /shop.py:3 in work by task 'one' 30 s ago; idle"
    )
    assert pickle.loads(pickle.dumps(error)).holders == holders


def pool_of(database: Database) -> Any:
    return database.engine.pool
