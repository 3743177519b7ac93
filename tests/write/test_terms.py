"""Transactions that only read, and those with an isolation level."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from taskbound import Database, ReadOnlyBlock, TaskSession
from taskbound.transaction import IsolationLevel
from tests.here import here
from tests.write.accounts import add, amounts
from tests.write.conftest import Account, Base

servers = pytest.mark.parametrize(
    "driver", ["postgresql+asyncpg", "postgresql+psycopg", "mysql+aiomysql", "mysql+asyncmy"]
)


@pytest.fixture
async def one(database_url: str) -> AsyncIterator[Database]:
    """A database with one connection, which every transaction of the test uses."""
    async with Database(database_url, pool_size=1) as database:
        await database.create_all(Base.metadata)
        async with database.begin() as session:
            session.add_all([Account(id=1, amount=10), Account(id=2, amount=10)])
        yield database


async def test_a_flush_in_a_block_that_reads_is_refused_before_it_is_sent(one: Database) -> None:
    with pytest.raises(ReadOnlyBlock) as caught:
        async with one.begin(read_only=True) as session:
            (await session.get_one(Account, 1)).amount = 20
            await session.flush()
    flushed = here(-1)

    assert str(caught.value) == (
        f"a changed Account was to be written at {flushed} in a transaction that only reads; begin it "
        "without read_only=True, or leave the change out (TB309, docs/errors/TB309.md)"
    )


@pytest.mark.parametrize("how", ["a new", "a deleted"])
async def test_each_kind_of_change_is_named(bank: Database, how: str) -> None:
    with pytest.raises(ReadOnlyBlock) as caught:
        async with bank.begin(read_only=True) as session:
            if how == "a new":
                session.add(Account(id=3, amount=1))
            else:
                await session.delete(await session.get_one(Account, 1))

    assert f"{how} Account was to be written" == caught.value.what
    assert [10, 10] == await amounts(bank)


async def test_what_goes_past_the_session_is_refused_by_the_database(one: Database) -> None:
    with pytest.raises(ReadOnlyBlock) as caught:
        async with one.begin(read_only=True) as session:
            await session.execute(text("UPDATE account SET amount = 20"))

    assert "UPDATE was sent" == caught.value.what
    assert isinstance(caught.value.__cause__, Exception)
    assert [10, 10] == await amounts(one)


async def test_the_next_user_of_the_connection_writes(one: Database) -> None:
    async with one.begin(read_only=True) as session:
        assert 10 == (await session.get_one(Account, 1)).amount
    async with one.begin() as session:
        await add(session, 1, 5)

    assert [15, 10] == await amounts(one)


async def test_the_next_user_writes_after_an_error_too(one: Database) -> None:
    with pytest.raises(DBAPIError):
        async with one.begin(read_only=True) as session:
            await session.execute(text("SELECT nothing FROM nowhere"))
    async with one.begin() as session:
        await add(session, 1, 5)

    assert [15, 10] == await amounts(one)


async def test_the_next_user_writes_after_a_cancellation_too(one: Database) -> None:
    is_in = asyncio.Event()

    async def read() -> None:
        async with one.begin(read_only=True) as session:
            await session.get(Account, 1)
            is_in.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(read())
    await is_in.wait()
    task.cancel()
    await asyncio.wait((task,))
    async with one.begin() as session:
        await add(session, 1, 5)

    assert [15, 10] == await amounts(one)


async def test_a_session_reads_and_then_writes(one: Database) -> None:
    async with one.session() as session:
        async with session.begin(read_only=True):
            account = await session.get_one(Account, 1)
        async with session.begin():
            account.amount = 20

    assert [20, 10] == await amounts(one)


async def test_a_transaction_that_is_begun_by_hand_only_reads(one: Database) -> None:
    async with one.session() as session:
        transaction = await session.begin(read_only=True)
        session.add(Account(id=3, amount=1))
        with pytest.raises(ReadOnlyBlock):
            await session.flush()
        await transaction.rollback()


async def test_a_reader_of_sqlite_does_not_wait_for_the_writer(bank: Database) -> None:
    async with bank.begin() as writer:
        await add(writer, 1, 5)
        async with bank.begin(read_only=True) as session:
            assert 10 == await session.scalar(select(Account.amount).where(Account.id == 1))


async def test_a_function_of_run_only_reads(bank: Database) -> None:
    with pytest.raises(ReadOnlyBlock):
        await bank.run(add, 1, 5, read_only=True)


@servers
@pytest.mark.parametrize(("level", "sees"), [("READ COMMITTED", 15), ("REPEATABLE READ", 10)])
async def test_a_block_has_the_isolation_level_that_it_names(
    accounts: Database, level: IsolationLevel, sees: int
) -> None:
    async with accounts.begin(isolation_level=level) as session:
        await _amount(session)
        async with accounts.begin() as other:
            await add(other, 1, 5)

        assert sees == await _amount(session)


@servers
@pytest.mark.parametrize("uses", [True, False], ids=["used", "unused"])
async def test_an_isolation_level_is_gone_with_its_block(one: Database, uses: bool) -> None:
    usual = {"postgresql": 15, "mysql": 10}[one.engine.dialect.name]
    unusual: IsolationLevel = "REPEATABLE READ" if usual == 15 else "READ COMMITTED"
    async with one.begin(isolation_level=unusual) as session:
        await session.connection()
        if uses:
            await _amount(session)

    async with one.session() as session, Database(one.engine.url) as others:
        await _amount(session)
        async with others.begin() as other:
            await add(other, 1, 5)
        assert usual == await _amount(session)


@servers
async def test_a_block_reads_at_an_isolation_level(accounts: Database) -> None:
    with pytest.raises(ReadOnlyBlock):
        async with accounts.begin(read_only=True, isolation_level="SERIALIZABLE") as session:
            assert 10 == await _amount(session)
            await add(session, 1, 5)


async def test_sqlite_is_serializable(bank: Database) -> None:
    async with bank.begin(isolation_level="SERIALIZABLE") as session:
        await add(session, 1, 5)

    assert [15, 10] == await amounts(bank)


async def test_a_level_that_the_engine_does_not_have_is_refused_at_once(bank: Database) -> None:
    with pytest.raises(ValueError) as caught:
        bank.begin(isolation_level="READ COMMITTED")

    assert str(caught.value) == (
        "isolation_level must be 'SERIALIZABLE' on sqlite, not 'READ COMMITTED'"
    )


@servers
async def test_a_level_that_is_none_is_refused_at_once(database: Database) -> None:
    with pytest.raises(ValueError, match=r"isolation_level must be 'SERIALIZABLE' or .*'AUTO'$"):
        database.begin(isolation_level="AUTO")  # type: ignore[arg-type]  # what is refused here


async def _amount(session: TaskSession) -> int | None:
    return await session.scalar(select(Account.amount).where(Account.id == 1))
