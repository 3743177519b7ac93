"""A commit that a cancellation does not cut off from its answer (FM-11)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import anyio
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from taskbound import (
    CancelledCommit,
    CommitOutcomeUnknown,
    Database,
    TaskSession,
    outcome_of,
    subscribe,
)
from tests.write.accounts import add, amounts
from tests.write.slow import at_commit, slow_down

postgresql = pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql+psycopg"])


async def of_the_database(database: Database) -> None:
    async with database.begin() as session:
        await add(session, 1, 5)


async def of_the_session(database: Database) -> None:
    async with database.session() as session, session.begin():
        await add(session, 1, 5)


async def by_hand(database: Database) -> None:
    async with database.session() as session:
        await add(session, 1, 5)
        await session.commit()


async def of_the_transaction(database: Database) -> None:
    async with database.session() as session:
        transaction = await session.begin()
        await add(session, 1, 5)
        await transaction.commit()


async def of_a_factory(database: Database) -> None:
    async with async_sessionmaker(database.engine, class_=TaskSession).begin() as session:
        await add(session, 1, 5)


WAYS = pytest.mark.parametrize(
    "pay", [of_the_database, of_the_session, by_hand, of_the_transaction, of_a_factory]
)
Pay = Callable[[Database], Coroutine[Any, Any, None]]


@WAYS
@postgresql
async def test_a_commit_that_is_through_soon_is_told_to_who_cancels(
    accounts: Database, pay: Pay
) -> None:
    await slow_down(accounts, 0.1)
    events: list[CancelledCommit] = []
    stop = subscribe(events.append, CancelledCommit)

    error = await _cancelled_at_commit(accounts, pay)
    stop()

    assert "committed" == outcome_of(error)
    assert ["committed"] == [each.outcome for each in events]
    assert [15, 10] == await amounts(accounts)


@WAYS
@postgresql
async def test_a_commit_that_takes_long_is_cut_off_and_unknown(
    accounts: Database, pay: Pay
) -> None:
    await slow_down(accounts, 2)
    started = time.monotonic()

    error = await _cancelled_at_commit(accounts, pay)

    assert time.monotonic() - started < 1
    assert "unknown" == outcome_of(error)
    assert isinstance(error.__cause__, CommitOutcomeUnknown)
    assert 0 == accounts.statistics().checked_out


@postgresql
async def test_plain_sqlalchemy_tells_nothing_of_a_commit_that_was_cancelled(
    accounts: Database,
) -> None:
    await slow_down(accounts, 0.1)

    async def plain(database: Database) -> None:
        async with async_sessionmaker(database.engine, class_=AsyncSession).begin() as session:
            await add(session, 1, 5)

    error = await _cancelled_at_commit(accounts, plain)

    assert "refused" == outcome_of(error)
    assert [15, 10] == await amounts(accounts)


@postgresql
async def test_a_deadline_around_a_block_carries_the_outcome(accounts: Database) -> None:
    await slow_down(accounts, 0.1)

    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(10) as deadline:
            loop = asyncio.get_running_loop()
            async with at_commit(accounts, lambda: deadline.reschedule(loop.time())):
                await of_the_database(accounts)

    assert "committed" == outcome_of(caught.value)


@postgresql
async def test_a_commit_that_the_server_refuses_meanwhile_is_refused(accounts: Database) -> None:
    async with accounts.begin() as session:
        for statement in REFUSING:
            await session.execute(text(statement))

    error = await _cancelled_at_commit(accounts, of_the_database)

    assert "refused" == outcome_of(error)
    assert [10, 10] == await amounts(accounts)


REFUSING = (
    """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(0.1); RAISE EXCEPTION 'no'; END $$""",
    """CREATE CONSTRAINT TRIGGER refusing AFTER UPDATE ON account DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION refuse()""",
)


@postgresql
async def test_a_scope_that_is_left_while_the_commit_is_under_way_does_not_spin(
    accounts: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await slow_down(accounts, 0.1)
    turns = 0
    loop = asyncio.get_running_loop()
    turn = loop._run_once  # type: ignore[attr-defined]  # of asyncio's own loop

    def counted() -> None:
        nonlocal turns
        turns += 1
        turn()

    with anyio.CancelScope() as scope:
        async with at_commit(accounts, lambda: loop.call_soon(scope.cancel)):
            monkeypatch.setattr(loop, "_run_once", counted)
            await of_the_database(accounts)
    monkeypatch.undo()

    assert turns < 100
    assert [15, 10] == await amounts(accounts)


async def test_what_is_cancelled_before_its_commit_is_rolled_back(bank: Database) -> None:
    written = asyncio.Event()

    async def pay() -> None:
        async with bank.begin() as session:
            await add(session, 1, 5)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(pay())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task

    assert "refused" == outcome_of(caught.value)
    assert [10, 10] == await amounts(bank)


async def test_a_commit_of_sqlite_ends_by_itself(bank: Database) -> None:
    error = await _cancelled_at_commit(bank, of_the_database)

    assert "committed" == outcome_of(error)
    assert [15, 10] == await amounts(bank)


async def _cancelled_at_commit(database: Database, pay: Pay) -> BaseException:
    """What a task gets that is cancelled while its COMMIT is on the way."""
    task = asyncio.create_task(pay(database))
    loop = asyncio.get_running_loop()
    async with at_commit(database, lambda: loop.call_soon(task.cancel)):
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    return caught.value
