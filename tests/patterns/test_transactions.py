"""Transactions: blocks, commits by hand, errors inside, deadlines around."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, InvalidRequestError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncConnection, async_sessionmaker

from taskbound import Database, TaskSession
from tests.patterns.committed import committed_authors
from tests.patterns.drivers import on_servers
from tests.patterns.models import Author, Publisher

SECONDS = 5.0
# A statement that takes longer than any test waits.
LONG = {"postgresql": "SELECT pg_sleep(5)", "mysql": "SELECT sleep(5)"}


async def test_a_begin_block_of_the_database_commits(library: Database) -> None:
    async with library.begin() as session:
        session.add(Author(name="Cy"))

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_begin_block_of_the_database_rolls_back_on_error(library: Database) -> None:
    with pytest.raises(LookupError, match="the user's own"):
        async with library.begin() as session:
            session.add(Author(name="Cy"))
            await session.flush()
            raise LookupError("the user's own")

    assert ["Ada", "Bob"] == await committed_authors(library)
    assert 0 == library.statistics().checked_out


async def test_a_begin_block_of_the_session_commits(library: Database) -> None:
    async with library.session() as session:
        async with session.begin():
            session.add(Author(name="Cy"))

        assert not session.in_transaction()
    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_begin_block_of_the_session_rolls_back_on_error(library: Database) -> None:
    async with library.session() as session:
        with pytest.raises(LookupError):
            async with session.begin():
                session.add(Author(name="Cy"))
                raise LookupError

        assert not session.in_transaction()
    assert ["Ada", "Bob"] == await committed_authors(library)


async def test_session_and_begin_stand_in_one_line(library: Database) -> None:
    async with library.session() as session, session.begin():
        session.add(Author(name="Cy"))

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_session_and_begin_in_one_line_roll_back_on_error(library: Database) -> None:
    with pytest.raises(LookupError):
        async with library.session() as session, session.begin():
            session.add(Author(name="Cy"))
            raise LookupError

    assert ["Ada", "Bob"] == await committed_authors(library)


async def test_a_begin_block_of_the_factory_commits(library: Database) -> None:
    async with library.sessionmaker.begin() as session:
        session.add(Author(name="Cy"))

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_begin_block_of_an_own_factory_rolls_back_on_error(
    own_sessions: async_sessionmaker[TaskSession],
) -> None:
    with pytest.raises(LookupError):
        async with own_sessions.begin() as session:
            session.add(Author(name="Cy"))
            await session.flush()
            raise LookupError

    async with own_sessions() as session:
        assert 2 == await session.scalar(select(func.count(Author.id)))


async def test_two_begin_blocks_follow_each_other_in_one_session(library: Database) -> None:
    async with library.session() as session:
        async with session.begin():
            session.add(Author(name="Cy"))
        async with session.begin():
            session.add(Author(name="Di"))

    assert ["Ada", "Bob", "Cy", "Di"] == await committed_authors(library)


async def test_commit_by_hand_stores_what_came_before_it_only(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(name="Cy"))
        await session.commit()
        session.add(Author(name="Di"))
        await session.flush()
        await session.rollback()

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_rollback_by_hand_takes_back_what_was_flushed(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(name="Cy"))
        await session.flush()
        await session.rollback()
        session.add(Author(name="Di"))
        await session.commit()

    assert ["Ada", "Bob", "Di"] == await committed_authors(library)


async def test_a_transaction_can_be_held_and_ended_by_hand(library: Database) -> None:
    async with library.session() as session:
        transaction = await session.begin()
        session.add(Author(name="Cy"))
        await transaction.commit()

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_transaction_that_is_held_can_be_rolled_back(library: Database) -> None:
    async with library.session() as session:
        transaction = await session.begin()
        session.add(Author(name="Cy"))
        await session.flush()
        await transaction.rollback()

        assert not transaction.is_active
    assert ["Ada", "Bob"] == await committed_authors(library)


async def test_a_transaction_that_began_by_itself_can_be_fetched_and_ended(
    library: Database,
) -> None:
    async with library.session() as session:
        session.add(Author(name="Cy"))
        await session.flush()
        transaction = session.get_transaction()
        assert transaction is not None
        await transaction.commit()

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_block_may_be_rolled_back_from_inside(library: Database) -> None:
    async with library.session() as session, session.begin() as transaction:
        session.add(Author(name="Cy"))
        await session.flush()
        await transaction.rollback()

    assert ["Ada", "Bob"] == await committed_authors(library)


async def test_a_block_that_was_committed_inside_takes_no_further_work(library: Database) -> None:
    async with library.session(guard={"TB303": "off"}) as session, session.begin():
        session.add(Author(name="Cy"))
        await session.commit()

        with pytest.raises(InvalidRequestError, match="closed transaction inside context manager"):
            await session.get(Author, 1)

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_begin_within_work_that_has_begun_is_refused(session: TaskSession) -> None:
    await session.get(Author, 1)

    with pytest.raises(InvalidRequestError, match="A transaction is already begun"):
        await session.begin()


async def test_without_autobegin_work_needs_a_block(library: Database) -> None:
    async with library.session(autobegin=False) as session:
        with pytest.raises(InvalidRequestError, match="Autobegin is disabled"):
            await session.get(Author, 1)
        async with session.begin():
            assert "Ada" == (await session.get_one(Author, 1)).name


async def test_the_session_tells_whether_it_is_in_a_transaction(session: TaskSession) -> None:
    before = session.in_transaction()
    await session.get(Author, 1)
    during, transaction = session.in_transaction(), session.get_transaction()
    await session.commit()

    assert (False, True, False) == (before, during, session.in_transaction())
    assert transaction is not None
    assert None is session.get_transaction()


async def test_a_refused_row_rolls_the_block_back(library: Database) -> None:
    with pytest.raises(IntegrityError):
        async with library.begin() as session:
            session.add_all([Author(name="Cy"), Publisher(name="Harbour")])

    assert ["Ada", "Bob"] == await committed_authors(library)
    assert 0 == library.statistics().checked_out


async def test_after_a_refused_row_the_session_asks_for_a_rollback(session: TaskSession) -> None:
    session.add(Publisher(name="Harbour"))
    with pytest.raises(IntegrityError):
        await session.flush()

    with pytest.raises(PendingRollbackError):
        await session.get(Author, 1)
    await session.rollback()
    assert "Ada" == (await session.get_one(Author, 1)).name


async def test_a_refused_row_at_commit_leaves_the_session_usable_after_rollback(
    library: Database,
) -> None:
    async with library.session() as session:
        session.add(Publisher(name="Harbour"))
        with pytest.raises(IntegrityError):
            await session.commit()
        await session.rollback()
        session.add(Author(name="Cy"))
        await session.commit()

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_uncommitted_work_is_not_seen_by_other_sessions(library: Database) -> None:
    async with library.session() as writer:
        writer.add(Author(name="Cy"))
        await writer.flush()

        assert ["Ada", "Bob"] == await committed_authors(library)
        await writer.rollback()


async def test_wait_for_runs_a_session_s_operations(library: Database) -> None:
    async with library.session() as session:
        author = await asyncio.wait_for(session.get_one(Author, 1), SECONDS)
        author.name = "Ava"
        await asyncio.wait_for(session.flush(), SECONDS)
        await asyncio.wait_for(session.commit(), SECONDS)

    assert ["Ava", "Bob"] == await committed_authors(library)


async def test_wait_for_runs_what_writes_and_the_caller_commits(library: Database) -> None:
    async with library.session() as session:
        await asyncio.wait_for(session.execute(update(Author).values(name="Same")), SECONDS)
        await session.commit()

    assert ["Same", "Same"] == await committed_authors(library)


async def test_wait_for_runs_a_whole_unit_of_work_of_one_session(library: Database) -> None:
    async def rename(session: TaskSession) -> None:
        (await session.get_one(Author, 1)).name = "Ava"
        await session.flush()

    async with library.session() as session:
        await asyncio.wait_for(rename(session), SECONDS)
        await session.commit()

    assert ["Ava", "Bob"] == await committed_authors(library)


async def test_a_deadline_around_a_block_that_keeps_it_changes_nothing(library: Database) -> None:
    async with asyncio.timeout(SECONDS), library.begin() as session:
        session.add(Author(name="Cy"))

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_deadline_that_passes_rolls_the_block_back(library: Database) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SECONDS) as deadline, library.begin() as session:
            session.add(Author(name="Cy"))
            await session.flush()
            deadline.reschedule(0)
            await asyncio.Event().wait()

    assert ["Ada", "Bob"] == await committed_authors(library)
    assert 0 == library.statistics().checked_out


@on_servers
async def test_after_a_deadline_inside_a_session_a_rollback_makes_it_usable(
    session: TaskSession,
) -> None:
    dialect = (await session.connection()).dialect.name
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.02):
            await session.execute(text(LONG[dialect]))

    await session.rollback()

    assert "Ada" == (await session.get_one(Author, 1)).name


async def test_a_cancelled_task_gives_its_connection_back(library: Database) -> None:
    flushed = asyncio.Event()

    async def work() -> None:
        async with library.begin() as session:
            session.add(Author(name="Cy"))
            await session.flush()
            flushed.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await flushed.wait()
    task.cancel()
    await asyncio.wait([task])

    assert task.cancelled()
    assert 0 == library.statistics().checked_out
    assert ["Ada", "Bob"] == await committed_authors(library)


async def test_an_isolation_level_is_set_for_one_transaction(session: TaskSession) -> None:
    connection = await session.connection(execution_options={"isolation_level": "SERIALIZABLE"})

    assert "SERIALIZABLE" == await connection.get_isolation_level()


@on_servers
async def test_an_isolation_level_is_gone_with_the_next_transaction(session: TaskSession) -> None:
    usual = await (await session.connection()).get_isolation_level()
    await session.commit()
    await session.connection(execution_options={"isolation_level": "SERIALIZABLE"})
    await session.commit()

    assert usual == await (await session.connection()).get_isolation_level()


async def test_a_factory_can_work_on_an_engine_with_autocommit(library: Database) -> None:
    engine = library.engine.execution_options(isolation_level="AUTOCOMMIT")

    async with async_sessionmaker(engine, class_=TaskSession)() as session:
        session.add(Author(name="Cy"))
        await session.flush()

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_statements_take_execution_options(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)
    await session.execute(text("UPDATE authors SET name = 'Ava' WHERE id = 1"))

    await session.get(Author, 1, execution_options={"populate_existing": True})
    await session.scalars(select(Author), execution_options={"populate_existing": True})

    assert "Ava" == author.name


async def test_a_session_joins_the_transaction_of_a_connection(library: Database) -> None:
    async with library.engine.connect() as connection:
        async with TaskSession(connection) as session, session.begin():
            session.add(Author(name="Cy"))
        await connection.commit()

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_commits_of_tests_are_savepoints_in_an_outer_transaction(library: Database) -> None:
    async with library.engine.connect() as connection:
        outer = await connection.begin()
        async with TaskSession(connection, join_transaction_mode="create_savepoint") as session:
            session.add(Author(name="Cy"))
            await session.commit()
            await _roll_back_a_duplicate(session)
            assert 3 == await _count(connection)
        await outer.rollback()

    assert ["Ada", "Bob"] == await committed_authors(library)


async def _roll_back_a_duplicate(session: TaskSession) -> None:
    session.add(Publisher(name="Harbour"))
    with pytest.raises(IntegrityError):
        await session.flush()
    await session.rollback()


async def _count(connection: AsyncConnection) -> int | None:
    return await connection.scalar(select(func.count(Author.id)))
