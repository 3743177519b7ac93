"""Work that waits for a commit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from taskbound import AfterCommitFailed, Database, TaskSession, subscribe
from tests.write.accounts import add, amounts
from tests.write.conftest import Account
from tests.write.losing import lost_commits


async def in_a_block(database: Database, work: Callable[[TaskSession], Awaitable[None]]) -> None:
    async with database.begin() as session:
        await work(session)


async def in_a_block_of_a_session(
    database: Database, work: Callable[[TaskSession], Awaitable[None]]
) -> None:
    async with database.session() as session, session.begin():
        await work(session)


async def by_hand(database: Database, work: Callable[[TaskSession], Awaitable[None]]) -> None:
    async with database.session() as session:
        await work(session)
        await session.commit()


async def of_a_transaction(
    database: Database, work: Callable[[TaskSession], Awaitable[None]]
) -> None:
    async with database.session() as session:
        transaction = await session.begin()
        await work(session)
        await transaction.commit()


async def of_a_factory(database: Database, work: Callable[[TaskSession], Awaitable[None]]) -> None:
    async with async_sessionmaker(database.engine, class_=TaskSession).begin() as session:
        await work(session)


async def in_run(database: Database, work: Callable[[TaskSession], Awaitable[None]]) -> None:
    await database.run(work)


async def in_run_sync(database: Database, work: Callable[[TaskSession], Awaitable[None]]) -> None:
    async with database.session() as session:
        await work(session)
        await session.run_sync(lambda synchronous: synchronous.commit())


WAYS = pytest.mark.parametrize(
    "way",
    [
        in_a_block,
        in_a_block_of_a_session,
        by_hand,
        of_a_transaction,
        of_a_factory,
        in_run,
        in_run_sync,
    ],
)
Way = Callable[[Database, Callable[[TaskSession], Awaitable[None]]], Awaitable[None]]


@WAYS
async def test_work_runs_after_the_commit_in_its_order(bank: Database, way: Way) -> None:
    done: list[str] = []

    async def work(session: TaskSession) -> None:
        session.after_commit(done.append, "first")
        await add(session, 1, 5)
        session.after_commit(done.append, "second")
        assert [] == done

    await way(bank, work)

    assert ["first", "second"] == done


@WAYS
async def test_work_is_dropped_by_a_rollback(bank: Database, way: Way) -> None:
    done: list[str] = []

    async def work(session: TaskSession) -> None:
        await add(session, 1, 5)
        session.after_commit(done.append, "never")
        raise LookupError

    with pytest.raises(LookupError):
        await way(bank, work)

    assert [] == done


async def test_work_has_a_session_and_a_transaction_of_its_own(accounts: Database) -> None:
    async with accounts.begin() as session:
        await add(session, 1, 5)
        session.after_commit(add, 2, 7)

    assert [15, 17] == await amounts(accounts)
    assert 0 == accounts.statistics().checked_out


async def test_work_has_the_connection_that_the_commit_has_given_back(database_url: str) -> None:
    seen: list[list[int]] = []

    async with Database(database_url, pool_size=1) as small:

        async def look() -> None:
            seen.append([small.statistics().checked_out])

        async with small.begin() as session:
            await session.connection()
            session.after_commit(look)

    assert [[0]] == seen


async def test_a_session_is_known_by_its_type_too(bank: Database) -> None:
    async def pay(db: TaskSession, number: int) -> None:
        await add(db, number, 5)

    async def pay_plain(own: AsyncSession, number: int) -> None:
        await add(own, number, 5)

    async with bank.begin() as session:
        session.after_commit(pay, 1)
        session.after_commit(pay_plain, 2)

    assert [15, 15] == await amounts(bank)


async def test_work_of_a_savepoint_goes_with_it(bank: Database) -> None:
    done: list[str] = []

    async with bank.begin() as session:
        async with session.begin_nested():
            session.after_commit(done.append, "kept")
        with pytest.raises(LookupError):
            async with session.begin_nested():
                async with session.begin_nested():
                    session.after_commit(done.append, "inner")
                session.after_commit(done.append, "outer")
                raise LookupError
        session.after_commit(done.append, "after")

    assert ["kept", "after"] == done


async def test_work_that_fails_does_not_undo_the_commit(
    bank: Database, caplog: pytest.LogCaptureFixture
) -> None:
    done: list[str] = []
    events: list[AfterCommitFailed] = []
    stop = subscribe(events.append, AfterCommitFailed)

    async def fail() -> None:
        raise LookupError("no mail today")

    with caplog.at_level(logging.ERROR, logger="taskbound"):
        async with bank.begin() as session:
            await add(session, 1, 5)
            session.after_commit(fail)
            session.after_commit(done.append, "next")
    stop()

    assert (["next"], [15, 10]) == (done, await amounts(bank))
    assert ["fail(), which was to run after a commit, has failed"] == caplog.messages
    assert [("fail", "no mail today")] == [(each.function, str(each.error)) for each in events]


async def test_the_work_of_one_transaction_is_not_that_of_the_next(bank: Database) -> None:
    done: list[str] = []

    async with bank.session() as session:
        session.after_commit(done.append, "first")
        await session.commit()
        session.after_commit(done.append, "dropped")
        await add(session, 1, 5)
        await session.rollback()
        session.after_commit(done.append, "third")
        await session.commit()

    assert ["first", "third"] == done


async def test_a_session_that_is_closed_drops_its_work(bank: Database) -> None:
    done: list[str] = []

    async with bank.session() as session:
        await session.scalar(select(Account.amount))
        session.after_commit(done.append, "never")

    assert [] == done


async def test_run_does_the_work_of_its_last_attempt_alone(bank: Database) -> None:
    done: list[int] = []
    calls = 0

    async def pay(session: TaskSession) -> None:
        nonlocal calls
        calls += 1
        await add(session, 1, 5)
        session.after_commit(done.append, calls)

    async def has_not(_session: TaskSession) -> bool:
        return False

    with lost_commits(bank, times=1, after=False):
        await bank.run(pay, verify=has_not)

    assert ([2], [15, 10]) == (done, await amounts(bank))


async def test_a_cancellation_leaves_the_work_to_go_on(bank: Database) -> None:
    is_working, may_end, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        is_working.set()
        await may_end.wait()
        done.set()

    async def pay() -> None:
        async with bank.begin() as session:
            session.after_commit(work)

    task = asyncio.create_task(pay())
    await is_working.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    may_end.set()

    await asyncio.wait_for(done.wait(), 5)


async def test_work_may_put_off_work(bank: Database) -> None:
    done: list[str] = []

    async def work(session: TaskSession) -> None:
        session.after_commit(done.append, "inner")
        done.append("outer")

    async with bank.begin() as session:
        session.after_commit(work)

    assert ["outer", "inner"] == done


async def test_work_may_be_repeated_by_run(bank: Database) -> None:
    async with bank.begin() as session:
        session.after_commit(bank.run, add, 1, 5)

    assert [15, 10] == await amounts(bank)


async def test_a_session_without_the_guard_has_work_too(bank: Database) -> None:
    done: list[str] = []

    async with bank.session(guard=False) as session:
        session.after_commit(done.append, "done")
        await session.commit()

    assert ["done"] == done
