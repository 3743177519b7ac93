"""The seconds that a block may take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from sqlalchemy import text

from taskbound import CommitOutcomeUnknown, Database, DeadlineExceeded
from tests.here import here
from tests.write.accounts import add, amounts
from tests.write.conftest import Base
from tests.write.slow import slow_down

servers = pytest.mark.parametrize(
    "driver", ["postgresql+asyncpg", "postgresql+psycopg", "mysql+aiomysql", "mysql+asyncmy"]
)
postgresql = pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql+psycopg"])
mysql = pytest.mark.parametrize("driver", ["mysql+aiomysql", "mysql+asyncmy"])
SLEEP = {"postgresql": "SELECT pg_sleep(5)", "mysql": "SELECT SLEEP(5)"}
NUMBER = {"postgresql": "SELECT pg_backend_pid()", "mysql": "SELECT CONNECTION_ID()"}
END = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}
LIMITS = {
    "postgresql": "SELECT current_setting('statement_timeout') || ' ' ||"
    " current_setting('idle_in_transaction_session_timeout')",
    "mysql": "SELECT @@SESSION.max_statement_time",
}


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[Database]:
    """A database with one connection."""
    async with Database(database_url, pool_size=1) as database:
        await database.create_all(Base.metadata)
        yield database


async def test_a_block_that_takes_too_long_is_rolled_back(accounts: Database) -> None:
    with pytest.raises(DeadlineExceeded) as caught:
        async with accounts.begin(timeout=0.2) as session:
            began = here(-1)
            await add(session, 1, 5)
            await asyncio.Event().wait()

    assert str(caught.value) == (
        f"the block at {began} was not through after 0.2 s, and was rolled back; make it shorter, or its "
        "timeout longer; db.run() does not repeat what was too slow (TB310, docs/errors/TB310.md)"
    )
    assert isinstance(caught.value, TimeoutError)
    assert [10, 10] == await amounts(accounts)
    assert 0 == accounts.statistics().checked_out


@servers
async def test_a_block_whose_connection_the_server_has_closed_is_too_slow_all_the_same(
    accounts: Database,
) -> None:
    dialect = accounts.engine.dialect.name

    with pytest.raises(DeadlineExceeded):
        async with accounts.begin(timeout=0.3) as session:
            await add(session, 1, 5)
            number = await session.scalar(text(NUMBER[dialect]))
            async with accounts.session(guard=False) as another:
                await another.execute(text(END[dialect].format(number)))
            await asyncio.Event().wait()

    assert [10, 10] == await amounts(accounts)
    assert 0 == accounts.statistics().checked_out


@servers
async def test_a_statement_that_takes_too_long_is_ended(accounts: Database) -> None:
    started = time.monotonic()

    with pytest.raises(DeadlineExceeded):
        async with accounts.begin(timeout=0.3) as session:
            await session.execute(text(SLEEP[accounts.engine.dialect.name]))

    assert time.monotonic() - started < 2
    assert 0 == accounts.statistics().checked_out


async def test_the_wait_for_a_connection_counts(bank: Database) -> None:
    async with (
        Database("sqlite+aiosqlite://", pool_size=1) as small,
        small.session() as holder,
    ):
        await holder.connection()
        with pytest.raises(DeadlineExceeded):
            async with small.begin(timeout=0.05) as session:
                await session.connection()


@postgresql
async def test_a_commit_that_takes_too_long_is_of_unknown_outcome(accounts: Database) -> None:
    # The server's own limits are not for what a COMMIT does.
    await slow_down(accounts, 5)
    started = time.monotonic()

    with pytest.raises(CommitOutcomeUnknown):
        async with accounts.begin(timeout=0.3) as session:
            await add(session, 1, 5)

    assert time.monotonic() - started < 2
    assert 0 == accounts.statistics().checked_out


@servers
async def test_the_server_is_told_and_forgets_it(one: Database) -> None:
    limits = text(LIMITS[one.engine.dialect.name])
    async with one.session() as session:
        before = await session.scalar(limits)
    async with one.begin(timeout=30) as session:
        during = await session.scalar(limits)
    async with one.session() as session:
        after = await session.scalar(limits)

    assert before == after
    assert str(during).startswith(("29", "30"))


@mysql
async def test_a_limit_of_the_connection_s_own_comes_back(one: Database) -> None:
    async with one.session() as session:
        await session.execute(text("SET SESSION max_statement_time = 17"))
        await session.commit()
    async with one.begin(timeout=30) as session:
        await session.connection()
    async with one.session() as session:
        assert 17 == float(await session.scalar(text(LIMITS["mysql"])) or 0)


async def test_a_block_in_time_commits(accounts: Database) -> None:
    async with accounts.begin(timeout=30) as session:
        await add(session, 1, 5)

    assert [15, 10] == await amounts(accounts)


async def test_an_error_in_time_is_raised_as_it_is(bank: Database) -> None:
    with pytest.raises(LookupError):
        async with bank.begin(timeout=30) as session:
            await add(session, 1, 5)
            raise LookupError

    assert [10, 10] == await amounts(bank)


async def test_another_cancellation_is_no_deadline(bank: Database) -> None:
    is_in = asyncio.Event()

    async def work() -> None:
        async with bank.begin(timeout=30):
            is_in.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await is_in.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert 0 == bank.statistics().checked_out


async def test_an_outer_deadline_that_is_shorter_comes_first(bank: Database) -> None:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.02), bank.begin(timeout=30):
            await asyncio.Event().wait()

    assert not isinstance(caught.value, DeadlineExceeded)


async def test_a_block_that_passes_over_its_cancellation_is_rolled_back(bank: Database) -> None:
    with pytest.raises(DeadlineExceeded):
        async with bank.begin(timeout=0.02) as session:
            await add(session, 1, 5)
            with suppress(asyncio.CancelledError):
                await asyncio.Event().wait()

    assert [10, 10] == await amounts(bank)
    task = asyncio.current_task()
    assert task is not None and 0 == task.cancelling()


async def test_a_block_of_a_session_has_a_timeout(bank: Database) -> None:
    async with bank.session() as session:
        with pytest.raises(DeadlineExceeded):
            async with session.begin(timeout=0.02):
                await add(session, 1, 5)
                await asyncio.Event().wait()
        async with session.begin(timeout=30):
            await add(session, 2, 5)

    assert [10, 15] == await amounts(bank)


async def test_a_transaction_by_hand_has_none(bank: Database) -> None:
    async with bank.session() as session:
        with pytest.raises(ValueError) as caught:
            await session.begin(timeout=1)

    assert str(caught.value) == "timeout needs a block: async with session.begin(timeout=...)"


async def test_a_timeout_has_some_seconds(bank: Database) -> None:
    with pytest.raises(ValueError, match="timeout must be more than 0 seconds, not 0"):
        bank.begin(timeout=0)


async def test_a_call_that_is_repeated_has_one_deadline(bank: Database) -> None:
    async def slow(session: object) -> None:
        await asyncio.Event().wait()

    with pytest.raises(DeadlineExceeded) as caught:
        await bank.run(slow, deadline=0.05)

    (note,) = caught.value.__notes__
    assert 0.05 == caught.value.seconds
    assert note.startswith("slow() was given up after 1 attempt in ")
