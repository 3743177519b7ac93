"""A COMMIT that fails, or that nobody waits for, is told as that of a `Connection` is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from taskbound import AbortedTransaction, CommitOutcomeUnknown, Database, TaskSession, outcome_of
from taskbound.engine.committing import is_committing
from tests.chaos.server_side import kill_one
from tests.raw.things import Thing, ThingRead, amounts, one_of_each, postgresql, servers

Change = Callable[[TaskSession], Awaitable[Any]]


async def by_row(session: TaskSession) -> None:
    await session.update(Thing, {"amount": 1}, key=1)


async def by_statement(session: TaskSession) -> None:
    # Another one, which nobody has locked.
    await session.execute(update(Thing).where(Thing.id == 2).values(amount=1))


async def failure_of(database: Database, change: Change, before_end: Any = None) -> BaseException:
    with pytest.raises(BaseException) as caught:
        async with database.begin() as session:
            await change(session)
            if before_end is not None:
                await before_end()
    return caught.value


def told(error: BaseException) -> list[Any]:
    """What is known of an error, and of those that it came from."""
    said: list[Any] = [outcome_of(error)]
    seen: BaseException | None = error
    while seen is not None:
        said.append((type(seen), str(seen)))
        seen = seen.__cause__
    return said


def unknown(error: BaseException) -> str | None:
    """What is said of a COMMIT that has no answer, but for how that was noticed.

    The connection is closed under it, and its task cancelled soon after: which of the two the driver tells is
    a matter of moments.
    """
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, CommitOutcomeUnknown):
        seen = seen.__cause__
    return None if seen is None else str(seen).replace(seen.reason, "")


async def is_whole(database: Database) -> bool:
    """Whether each connection of the pool works, and none is lost."""
    sessions = [database.session() for _ in range(database.statistics().size)]
    for session in sessions:
        await session.scalar(select(1))
    for session in sessions:
        await session.close()
    return database.statistics().checked_out == 0


async def defer(database: Database, body: str) -> None:
    """Have PostgreSQL run this inside a COMMIT that has changed a thing."""
    async with database.begin() as session:
        await session.execute(
            text(
                "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {body}; RETURN NULL; END $$"
            )
        )
        await session.execute(
            text(
                "CREATE CONSTRAINT TRIGGER late AFTER UPDATE ON thing DEFERRABLE INITIALLY DEFERRED "
                "FOR EACH ROW EXECUTE FUNCTION late()"
            )
        )


@postgresql
@pytest.mark.parametrize(
    "refusal",
    [
        "RAISE EXCEPTION USING ERRCODE = '23505', MESSAGE = 'twice', CONSTRAINT = 'one', TABLE = 'thing'",
        "RAISE EXCEPTION USING ERRCODE = '40001', MESSAGE = 'meanwhile'",
        "RAISE EXCEPTION 'no'",
    ],
    ids=["a violation", "a conflict", "an exception"],
)
async def test_what_the_server_refuses_at_the_end_is_the_same_error(
    things: Database, refusal: str, made: list[Connection]
) -> None:
    await defer(things, refusal)
    made.clear()
    raw = await failure_of(things, by_row)
    ordinary = await failure_of(things, by_statement)

    assert told(raw) == told(ordinary) and outcome_of(raw) == "refused"
    assert (await amounts(things))[1] == 10 and await is_whole(things)


@postgresql
async def test_a_conflict_at_the_end_is_tried_again(things: Database) -> None:
    await defer(
        things,
        "IF (SELECT nextval('tries')) < 3 THEN RAISE EXCEPTION USING ERRCODE = '40001'; END IF",
    )
    async with things.begin() as session:
        await session.execute(text("CREATE SEQUENCE tries"))
    await things.run(by_row)

    assert (await amounts(things))[1] == 1


@servers
async def test_a_session_that_was_killed_before_its_commit_is_the_same_error(
    things: Database,
) -> None:
    async with Database(things.engine.url, pool_size=1) as single:
        await things.dispose()

        async def kill() -> None:
            # Not in a thread: the driver shall not see it before it sends COMMIT.
            kill_one(single.engine.url)

        raw = await failure_of(single, by_row, kill)
        ordinary = await failure_of(single, by_statement, kill)
        assert await is_whole(single)

    assert isinstance(raw, CommitOutcomeUnknown) and isinstance(ordinary, CommitOutcomeUnknown)
    # The driver says that the server has ended the session, or that the connection was reset.
    assert str(raw).replace(raw.reason, "") == str(ordinary).replace(ordinary.reason, "")
    assert await amounts(things) == {1: 10, 2: 10, 3: 10}


@postgresql
@pytest.mark.parametrize(
    ("seconds", "outcome"), [(0.15, "committed"), (5, "unknown")], ids=["short", "long"]
)
async def test_a_cancellation_meanwhile_has_the_same_outcome(
    things: Database, seconds: float, outcome: str
) -> None:
    await defer(things, f"PERFORM pg_sleep({seconds})")
    errors = [await cancelled_at_commit(things, change) for change in (by_row, by_statement)]

    assert [outcome_of(error) for error in errors] == [outcome, outcome]
    assert unknown(errors[0]) == unknown(errors[1])
    assert (unknown(errors[0]) is None) == (outcome == "committed")
    assert await is_whole(things)


@postgresql
async def test_a_deadline_that_ends_meanwhile_is_the_same(things: Database) -> None:
    await defer(things, "PERFORM pg_sleep(5)")
    errors = [await late_at_commit(things, change) for change in (by_row, by_statement)]

    assert [outcome_of(error) for error in errors] == ["unknown", "unknown"]
    assert unknown(errors[0]) == unknown(errors[1]) is not None
    assert await is_whole(things)


@postgresql
async def test_a_commit_after_one_that_has_failed_is_its_own(things: Database) -> None:
    async with Database(things.engine.url, pool_size=1) as single:
        await defer(single, "IF NEW.amount = 1 THEN RAISE EXCEPTION 'no'; END IF")
        await failure_of(single, by_row)
        async with single.begin() as session:
            await session.update(Thing, {"amount": 2}, key=1)
        async with single.begin() as session:
            await session.execute(update(Thing).where(Thing.id == 2).values(amount=3))

    assert await amounts(things) == {1: 2, 2: 3, 3: 10}


@postgresql
async def test_an_error_that_a_listener_raises_instead_is_not_the_next_ones(
    things: Database,
) -> None:
    async with Database(things.engine.url, pool_size=1) as single:
        await defer(single, "IF NEW.amount = 1 THEN RAISE EXCEPTION 'no'; END IF")

        def listen_late(_connection: Connection) -> None:
            raise ZeroDivisionError

        async with single.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
        error = await failure_of(single, by_row, lambda: _listen(single, listen_late))
        event.remove(single.engine.sync_engine, "commit", listen_late)
        async with single.begin() as session:
            await session.execute(update(Thing).where(Thing.id == 2).values(amount=3))

    assert isinstance(error, ZeroDivisionError)
    assert await amounts(things) == {1: 10, 2: 3, 3: 10}


async def _listen(database: Database, listener: Any) -> None:
    event.listen(database.engine.sync_engine, "commit", listener)


@one_of_each
async def test_a_pool_that_is_disposed_of_meanwhile_closes_the_connection(
    things: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with things.begin() as session:
        await by_row(session)
        pool: Any = things.engine.pool
        await things.engine.dispose()

    assert pool.checkedout() == 0 and pool.checkedin() == 0
    assert [one for one in caplog.records if one.levelname != "INFO"] == []
    assert (await amounts(things))[1] == 1 and await is_whole(things)


async def late_at_commit(database: Database, change: Change) -> BaseException:
    with pytest.raises(TimeoutError) as caught:
        async with asyncio.timeout(0.2), database.begin() as session:
            await change(session)
    return caught.value


@postgresql
async def test_an_aborted_commit_of_one_session_leaves_others_without_a_connection(
    things: Database, made: list[Connection]
) -> None:
    written, goes_on = asyncio.Event(), asyncio.Event()

    async def other() -> None:
        async with things.begin() as session:
            await session.update(Thing, {"amount": 3}, key=3)
            written.set()
            await goes_on.wait()

    task = asyncio.create_task(other())
    await written.wait()
    with pytest.raises(AbortedTransaction):
        async with things.begin() as session:
            await by_row(session)
            with suppress(DBAPIError):
                await session.execute(text("SELECT 1 / 0"))
    of_the_first = len(made)
    goes_on.set()
    await task

    assert of_the_first == len(made) == 1
    assert await amounts(things) == {1: 10, 2: 10, 3: 3}


@one_of_each
async def test_the_commit_after_a_transaction_that_only_read_is_one_that_writes(
    things: Database,
) -> None:
    opened: list[ConnectionPoolEntry] = []
    async with Database(things.engine.url, pool_size=1) as single:
        event.listen(single.engine.pool, "connect", lambda _, record: opened.append(record))
        async with single.begin(read_only=True) as session:
            await session.project(ThingRead, select(Thing)).all()
        async with single.begin() as session:
            await by_row(session)

        # Or the end of the database would interrupt it.
        assert is_committing(opened[0], since=0.0)


async def cancelled_at_commit(database: Database, change: Change) -> BaseException:
    """What a task gets that is cancelled when its COMMIT is under way on the server."""

    async def work() -> None:
        async with database.begin() as session:
            await change(session)

    async with (
        Database(database.engine.url, pool_size=1) as watching,
        watching.session() as session,
    ):
        before = await session.scalar(_COMMITTING)
        task = asyncio.create_task(work())
        await session.rollback()
        while await session.scalar(_COMMITTING) == before:
            await session.rollback()
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
    return caught.value


_COMMITTING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND wait_event = 'PgSleep' AND query ILIKE 'COMMIT%'"
)
