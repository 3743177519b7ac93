"""A commit after a swallowed error that had ended the transaction (FM-14)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import pytest
from sqlalchemy import func, insert, literal, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker

from taskbound import (
    AbortedTransaction,
    Database,
    Finding,
    RowRefused,
    TaskSession,
    UniqueViolation,
    subscribe,
)
from tests.here import here
from tests.library import Author, Base
from tests.patterns.drivers import MARIADB, SQLITE, on_postgresql

FAILING = text("SELECT 1 / 0")
NAMES = select(Author.name).order_by(Author.id)

on_sqlite = pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)
on_mariadb = pytest.mark.parametrize("driver", MARIADB.values(), ids=MARIADB)


@dataclass
class AuthorRead:
    id: int


@pytest.fixture
async def empty(database: Database) -> Database:
    await database.create_all(Base.metadata)
    return database


async def names(database: Database) -> list[str]:
    async with database.session() as session:
        return list(await session.scalars(NAMES))


async def swallow(session: AsyncSession) -> None:
    with suppress(DBAPIError):
        await session.execute(FAILING)


@on_postgresql
async def test_plain_sqlalchemy_commits_nothing_in_silence(
    engine: AsyncEngine, driver: str
) -> None:
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with AsyncSession(engine) as session:
        session.add(Author(id=1, name="lost"))
        await session.flush()
        await swallow(session)
        await session.commit()

        assert list(await session.scalars(NAMES)) == []


@on_postgresql
@pytest.mark.parametrize("reads_before", [True, False], ids=["connection", "rows alone"])
async def test_a_statement_that_comes_after_it_is_told_why_it_fails(
    empty: Database, driver: str, reads_before: bool
) -> None:
    async with empty.session() as session:
        if reads_before:
            await session.execute(NAMES)
        await session.insert(Author, {"id": 1, "name": "lost"})
        failed = here(+2)
        with suppress(UniqueViolation):
            await session.insert(Author, {"id": 1, "name": "again"})
        with pytest.raises(DBAPIError) as caught:
            await session.insert(Author, {"id": 2, "name": "after"})
        await session.rollback()

    assert caught.value.__notes__ == [
        f"the error of the statement at {failed} (UniqueViolation) had ended the transaction, and was "
        "swallowed; let it leave the block, or put what may fail into a savepoint: "
        "async with session.begin_nested() (TB304, docs/errors/TB304.md)"
    ]


async def undo_an_error(session: TaskSession) -> None:
    await session.insert(Author, {"id": 1, "name": "there"})
    with suppress(RowRefused):
        await session.insert_many(Author, [{"id": 1, "name": "again"}])


@on_postgresql
async def test_an_error_after_one_that_was_undone_is_told_as_it_is(
    empty: Database, driver: str
) -> None:
    async with empty.session() as session:
        await undo_an_error(session)
        with pytest.raises(UniqueViolation) as caught:
            await session.insert(Author, {"id": 1, "name": "and again"})
        await session.rollback()

    assert not hasattr(caught.value, "__notes__")


@on_postgresql
async def test_of_several_errors_it_is_the_one_that_was_not_undone(
    empty: Database, driver: str
) -> None:
    async with empty.session() as session:
        await undo_an_error(session)
        failed = here(+2)
        with suppress(UniqueViolation):
            await session.insert(Author, {"id": 1, "name": "and again"})
        with pytest.raises(AbortedTransaction) as caught:
            await session.commit()

    assert str(caught.value.failed_place) == failed


@on_postgresql
async def test_the_commit_is_refused_with_both_lines(empty: Database, driver: str) -> None:
    async with empty.session() as session:
        session.add(Author(id=1, name="lost"))
        await session.flush()
        failed = here(+2)
        with suppress(DBAPIError):
            await session.execute(FAILING)
        with pytest.raises(AbortedTransaction) as caught:
            line = here(+1)
            await session.commit()

    error = "DivisionByZero" if "psycopg" in driver else "DivisionByZeroError"
    assert str(caught.value) == (
        f"the commit at {line} would lose what was written: the error of the statement at {failed} "
        f"({error}) had ended the transaction, and was swallowed; let the error leave the block, or "
        "put what may fail into a savepoint: async with session.begin_nested() "
        "(TB304, docs/errors/TB304.md)"
    )


@on_postgresql
async def test_the_end_of_a_block_is_refused(empty: Database, driver: str) -> None:
    with pytest.raises(AbortedTransaction):
        async with empty.begin() as session:
            session.add(Author(id=1, name="lost"))
            await session.flush()
            await swallow(session)

    assert await names(empty) == []


@on_postgresql
async def test_the_pool_is_clean_afterwards(driver: str, database_url: str) -> None:
    async with Database(database_url, pool_size=1) as one:
        await one.create_all(Base.metadata)
        for number in (1, 2):
            with pytest.raises(AbortedTransaction):
                async with one.begin() as session:
                    await swallow(session)
            with pytest.raises(AbortedTransaction):
                async with one.session() as session:
                    await swallow(session)
                    await session.commit()
            async with one.engine.connect() as connection:
                with suppress(DBAPIError):
                    await connection.execute(FAILING)
                with pytest.raises(AbortedTransaction):
                    await connection.commit()
            async with one.begin() as session:
                session.add(Author(id=number, name=str(number)))

        assert await names(one) == ["1", "2"]
        assert one.statistics().checked_out == 0


@on_postgresql
async def test_a_session_goes_on_after_its_rollback(empty: Database, driver: str) -> None:
    async with empty.session() as session:
        await swallow(session)
        await session.rollback()
        session.add(Author(id=1, name="kept"))
        await session.commit()

    assert await names(empty) == ["kept"]


@on_postgresql
async def test_an_error_in_a_savepoint_leaves_the_rest(empty: Database, driver: str) -> None:
    async with empty.begin() as session:
        session.add(Author(id=1, name="kept"))
        await session.flush()
        with suppress(DBAPIError):
            async with session.begin_nested():
                await session.execute(FAILING)

    assert await names(empty) == ["kept"]


@on_postgresql
async def test_an_error_beside_a_savepoint_is_told_with_its_own_line(
    empty: Database, driver: str
) -> None:
    async with empty.session() as session:
        with suppress(DBAPIError):
            async with session.begin_nested():
                await session.execute(FAILING)
        with suppress(DBAPIError):
            failed = here(+1)
            await session.execute(text("SELECT no_such_column"))
        with pytest.raises(AbortedTransaction) as caught:
            await session.commit()

    assert str(caught.value.failed_place) == failed


@on_postgresql
async def test_a_savepoint_by_hand_leaves_the_rest(empty: Database, driver: str) -> None:
    async with empty.begin() as session:
        session.add(Author(id=1, name="kept"))
        await session.flush()
        await session.execute(text("SAVEPOINT mine"))
        await swallow(session)
        await session.execute(text("ROLLBACK TO SAVEPOINT mine"))

    assert await names(empty) == ["kept"]


@on_postgresql
async def test_what_the_driver_refuses_ends_no_transaction(empty: Database, driver: str) -> None:
    async with empty.begin() as session:
        session.add(Author(id=1, name="kept"))
        await session.flush()
        with pytest.raises(DBAPIError):
            await session.execute(select(literal(1)).where(Author.id == object()))

    assert await names(empty) == ["kept"]


@on_postgresql
async def test_a_projection_that_failed_counts_too(empty: Database, driver: str) -> None:
    failing = select(Author).where(text("1 / 0 = 1"))
    async with empty.session() as session:
        session.add(Author(id=1, name="lost"))
        await session.flush()
        with suppress(DBAPIError):
            failed = here(+1)
            await session.project(AuthorRead, failing).all()
        with pytest.raises(AbortedTransaction) as caught:
            await session.commit()

    assert str(caught.value.failed_place) == failed


@on_postgresql
async def test_the_error_is_named_as_it_was_raised(empty: Database, driver: str) -> None:
    async with empty.session() as session:
        twice = insert(Author).values(id=1, name="twice")
        await session.execute(twice)
        with suppress(UniqueViolation):
            await session.execute(twice)
        with pytest.raises(AbortedTransaction) as caught:
            await session.commit()

    assert caught.value.failed == "UniqueViolation"


@on_postgresql
async def test_outside_a_transaction_there_is_nothing_to_lose(empty: Database, driver: str) -> None:
    engine = empty.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        with suppress(DBAPIError):
            await connection.execute(FAILING)
        await connection.execute(insert(Author).values(id=1, name="kept"))
        await connection.commit()

    assert await names(empty) == ["kept"]


@on_postgresql
async def test_a_factory_of_your_own_refuses_it(engine: AsyncEngine, driver: str) -> None:
    sessions = async_sessionmaker(engine, class_=TaskSession)

    with pytest.raises(AbortedTransaction):
        async with sessions.begin() as session:
            await swallow(session)


@on_postgresql
async def test_a_session_without_guard_is_as_sqlalchemy_has_it(
    empty: Database, driver: str
) -> None:
    async with empty.session(guard=False) as session:
        await swallow(session)
        await session.commit()


@on_postgresql
async def test_it_may_be_observed_alone(empty: Database, driver: str) -> None:
    found: list[str] = []
    stop = subscribe(lambda finding: found.append(finding.code), Finding)
    async with empty.session(guard={"TB304": "observe"}) as session:
        await swallow(session)
        await session.commit()
    stop()

    assert found == ["TB304"]


@on_mariadb
async def test_an_error_on_mariadb_leaves_the_transaction(empty: Database, driver: str) -> None:
    async with empty.begin() as session:
        session.add(Author(id=1, name="kept"))
        await session.flush()
        with suppress(UniqueViolation):
            await session.execute(insert(Author).values(id=1, name="again"))

    assert await names(empty) == ["kept"]


@on_mariadb
async def test_a_deadlock_on_mariadb_ends_the_transaction(empty: Database, driver: str) -> None:
    async with empty.begin() as session:
        session.add_all([Author(id=1, name="a"), Author(id=2, name="b")])

    async def work(first: int, second: int, met: asyncio.Barrier) -> None:
        async with empty.begin() as session:
            locked = select(Author).with_for_update()
            await session.scalars(locked.where(Author.id == first))
            await met.wait()
            with suppress(DBAPIError):
                await session.scalars(locked.where(Author.id == second))

    met = asyncio.Barrier(2)
    ends = await asyncio.gather(work(1, 2, met), work(2, 1, met), return_exceptions=True)

    assert sorted(type(end).__name__ for end in ends) == ["AbortedTransaction", "NoneType"]


@on_sqlite
async def test_an_error_on_sqlite_leaves_the_transaction(empty: Database, driver: str) -> None:
    async with empty.begin() as session:
        session.add(Author(id=1, name="kept"))
        await session.flush()
        with suppress(UniqueViolation):
            await session.execute(insert(Author).values(id=1, name="again"))

    assert await names(empty) == ["kept"]


@on_sqlite
async def test_what_sqlite_has_rolled_back_is_refused(empty: Database, driver: str) -> None:
    with pytest.raises(AbortedTransaction):
        async with empty.begin() as session:
            session.add(Author(id=1, name="lost"))
            await session.flush()
            with suppress(UniqueViolation):
                again = insert(Author).prefix_with("OR ROLLBACK")
                await session.execute(again.values(id=1, name="again"))

    assert await names(empty) == []


@on_sqlite
async def test_an_engine_whose_driver_begins_transactions_is_left_alone(
    engine: AsyncEngine, driver: str
) -> None:
    sessions = async_sessionmaker(engine, class_=TaskSession)

    async with sessions.begin() as session:
        with suppress(DBAPIError):
            await session.execute(text("SELECT no_such_column"))
        assert await session.scalar(select(func.abs(-1))) == 1
