"""A function that is called again as a whole."""

from __future__ import annotations

import asyncio
import socket
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from taskbound import (
    CommitOutcomeUnknown,
    Database,
    DeadlineExceeded,
    NotRepeatable,
    Retried,
    TaskSession,
    subscribe,
)
from tests.here import here
from tests.write.accounts import add, amounts
from tests.write.conftest import Account
from tests.write.losing import lost_commits

servers = pytest.mark.parametrize(
    "driver", ["postgresql+asyncpg", "postgresql+psycopg", "mysql+aiomysql", "mysql+asyncmy"]
)
postgresql = pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql+psycopg"])
END_ME = {
    "postgresql": "SELECT pg_terminate_backend(pg_backend_pid())",
    "mysql": "KILL CONNECTION_ID()",
}


async def test_what_the_function_returns_is_returned_once_it_is_committed(
    accounts: Database,
) -> None:
    assert 1 == await accounts.run(add, 1, 5)

    assert [15, 10] == await amounts(accounts)
    assert 0 == accounts.statistics().checked_out


async def test_an_error_of_the_program_is_raised_at_once(bank: Database) -> None:
    calls = 0

    async def fail(session: TaskSession) -> None:
        nonlocal calls
        calls += 1
        await add(session, 1, 5)
        raise LookupError

    with pytest.raises(LookupError):
        await bank.run(fail)

    assert (1, [10, 10]) == (calls, await amounts(bank))


async def test_a_violated_constraint_is_raised_at_once(accounts: Database) -> None:
    calls = 0

    async def take_a_number(session: TaskSession) -> None:
        nonlocal calls
        calls += 1
        session.add(Account(id=1, amount=0))

    with pytest.raises(IntegrityError):
        await accounts.run(take_a_number)

    assert 1 == calls


@servers
async def test_of_two_that_meet_in_a_deadlock_both_get_through(accounts: Database) -> None:
    both_hold_one = asyncio.Barrier(2)
    calls = 0

    async def both(session: TaskSession, first: int, second: int) -> None:
        nonlocal calls
        calls += 1
        await add(session, first, 1)
        if calls <= 2:
            await both_hold_one.wait()
        await add(session, second, 1)

    # A plain transaction gives one of them an error.
    await asyncio.gather(accounts.run(both, 1, 2), accounts.run(both, 2, 1))

    assert [12, 12] == await amounts(accounts)
    assert 3 <= calls


@postgresql
async def test_a_serialization_failure_is_repeated_with_what_the_other_has_written(
    accounts: Database,
) -> None:
    seen = []

    async def double(session: TaskSession) -> None:
        await session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
        account = await session.get_one(Account, 1)
        seen.append(account.amount)
        if len(seen) == 1:
            async with accounts.session() as other:
                await add(other, 1, 5)
                await other.commit()
        account.amount *= 2

    await accounts.run(double)

    assert ([10, 15], [30, 10]) == (seen, await amounts(accounts))


@servers
async def test_a_connection_that_is_lost_before_the_commit_is_repeated(accounts: Database) -> None:
    dialect = accounts.engine.dialect.name
    events: list[Retried] = []
    stop = subscribe(events.append, Retried)

    async def lose_once(session: TaskSession) -> None:
        await add(session, 1, 5)
        if not events:
            await session.execute(text(END_ME[dialect]))

    await accounts.run(lose_once)
    stop()

    assert [15, 10] == await amounts(accounts)
    assert [1] == [each.attempt for each in events]
    assert 0 == accounts.statistics().checked_out


@postgresql
async def test_a_statement_of_before_a_change_of_the_schema_is_repeated(
    accounts: Database,
) -> None:
    calls = 0

    async def read_all(session: TaskSession) -> int:
        nonlocal calls
        calls += 1
        # psycopg prepares what it sees often.
        for _ in range(8):
            rows = (await session.execute(text("SELECT * FROM account"))).all()
        return len(rows[0])

    await accounts.run(read_all)
    # On a connection of its own: the driver forgets what it has prepared where it sees DDL.
    async with Database(accounts.engine.url) as other, other.begin() as session:
        await session.execute(text("ALTER TABLE account ADD COLUMN note TEXT"))

    assert 3 == await accounts.run(read_all)
    assert 3 == calls


async def test_a_busy_sqlite_is_repeated(bank: Database) -> None:
    failing = 2

    async def unlucky(session: TaskSession) -> None:
        nonlocal failing
        await add(session, 1, 5)
        if failing:
            failing -= 1
            await _be_refused_the_lock(bank)

    await bank.run(unlucky)

    assert [15, 10] == await amounts(bank)


async def _be_refused_the_lock(bank: Database) -> None:
    async with bank.session() as other:
        await other.execute(text("PRAGMA busy_timeout = 0"))
        await add(other, 2, 5)


async def test_the_last_error_says_how_often_it_was_tried(bank: Database) -> None:
    async def never(session: TaskSession) -> None:
        await add(session, 1, 5)
        await _be_refused_the_lock(bank)

    with pytest.raises(DBAPIError) as caught:
        await bank.run(never, attempts=3)

    (note,) = caught.value.__notes__
    assert note.startswith("never() was given up after 3 attempts in ")
    assert [10, 10] == await amounts(bank)


async def test_no_attempt_begins_after_the_deadline(bank: Database) -> None:
    calls = 0

    async def never(session: TaskSession) -> None:
        nonlocal calls
        calls += 1
        await add(session, 1, 5)
        await _be_refused_the_lock(bank)

    with pytest.raises((DBAPIError, DeadlineExceeded)):
        await bank.run(never, attempts=1_000_000, deadline=0.1)

    assert 1 <= calls < 1_000


async def test_a_commit_of_unknown_outcome_is_never_repeated(bank: Database) -> None:
    calls = 0

    async def pay(session: TaskSession) -> None:
        nonlocal calls
        calls += 1
        await add(session, 1, 5)

    with lost_commits(bank, times=1, after=True), pytest.raises(CommitOutcomeUnknown):
        await bank.run(pay)

    assert (1, [15, 10]) == (calls, await amounts(bank))


@pytest.mark.parametrize("has_happened", [True, False])
async def test_verify_tells_what_has_become_of_it(bank: Database, has_happened: bool) -> None:
    async def is_there(session: TaskSession, number: int, _amount: int) -> bool:
        return (await session.get_one(Account, number)).amount == 15

    with lost_commits(bank, times=1, after=has_happened):
        answer = await bank.run(add, 1, 5, verify=is_there)

    assert (1, [15, 10]) == (answer, await amounts(bank))


async def test_a_question_that_fails_leaves_it_unknown(bank: Database) -> None:
    async def is_there(_session: TaskSession, _number: int, _amount: int) -> bool:
        raise LookupError("no idea")

    with lost_commits(bank, times=1, after=True), pytest.raises(CommitOutcomeUnknown) as caught:
        await bank.run(add, 1, 5, verify=is_there)

    assert isinstance(caught.value.__cause__, LookupError)


async def test_inside_a_block_nothing_is_repeated(bank: Database) -> None:
    with pytest.raises(NotRepeatable) as caught:
        async with bank.begin():
            opened = here(-1)
            await bank.run(add, 1, 5)
    called = here(-1)

    assert str(caught.value) == (
        f"add() at {called} cannot be repeated as a whole: the block at {opened}, inside which it is "
        "called, would not be repeated with it; call it outside the block, or hand it the session of "
        "the block instead (TB311, docs/errors/TB311.md)"
    )


async def test_inside_a_block_of_another_database_it_is_(bank: Database) -> None:
    async with Database("sqlite+aiosqlite://") as other, other.begin():
        await bank.run(add, 1, 5)

    assert [15, 10] == await amounts(bank)


async def test_a_block_that_has_ended_is_no_block(bank: Database) -> None:
    async with bank.begin() as session:
        await add(session, 1, 5)
    await bank.run(add, 1, 5)

    assert [20, 10] == await amounts(bank)


async def test_a_generator_is_refused(bank: Database) -> None:
    async def each(session: TaskSession):  # type: ignore[no-untyped-def]  # what is refused here
        yield await add(session, 1, 5)

    with pytest.raises(NotRepeatable, match="it is a generator, whose items have gone out already"):
        await bank.run(each)


async def test_a_function_without_async_is_refused_and_rolled_back(bank: Database) -> None:
    def put(session: TaskSession) -> None:
        session.add(Account(id=3, amount=1))

    with pytest.raises(NotRepeatable, match="it is not async, so it cannot await the session"):
        await bank.run(put)  # type: ignore[call-arg, arg-type]  # what is refused here

    assert [10, 10] == await amounts(bank)


async def test_a_partial_and_a_lambda_are_functions_too(bank: Database) -> None:
    await bank.run(partial(add, number=1, amount=5))
    await bank.run(lambda session: add(session, 2, 5))

    assert [15, 15] == await amounts(bank)


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"attempts": 0}, "attempts must be 1 or more, not 0"),
        ({"deadline": 0.0}, "deadline must be more than 0 seconds, not 0.0"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    bank: Database, how: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        await bank.run(add, 1, 5, **how)


async def test_a_plain_repetition_pays_twice(bank: Database) -> None:
    """What `CommitOutcomeUnknown` is for: SQLAlchemy's own error invites to try again."""

    with lost_commits(bank, times=1, after=True):
        for _ in range(2):
            try:
                async with bank.begin() as session:
                    await add(session, 1, 5)
                break
            except CommitOutcomeUnknown:
                continue

    assert [20, 10] == await amounts(bank)


@pytest.mark.parametrize(
    "driver", ["postgresql+asyncpg", "postgresql+psycopg", "mysql+aiomysql", "mysql+asyncmy"]
)
async def test_a_server_that_is_away_is_tried_again(driver: str) -> None:
    with socket.socket() as taken:
        # Bound and not listening: nobody else can take the port, and every connection is refused.
        taken.bind(("127.0.0.1", 0))
        away = Database(f"{driver}://shop:secret@127.0.0.1:{taken.getsockname()[1]}/shop")
        pauses: list[Retried] = []
        stop = subscribe(pauses.append, Retried)

        async with away:
            with pytest.raises((OSError, DBAPIError)):
                await away.run(add, 1, 5, attempts=3)
        stop()

    assert [1, 2] == [pause.attempt for pause in pauses]
