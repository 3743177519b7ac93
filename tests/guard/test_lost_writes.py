"""Law 3: a session is not closed with work that nobody has ended (FM-02)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from taskbound import Database, LostWrites, TaskSession
from tests.here import here
from tests.library import Author, Book

COUNT = select(func.count()).select_from(Author)

Work = Callable[[TaskSession], Awaitable[object]]


async def flush(session: AsyncSession) -> None:
    session.add(Author(id=2, name="Grace"))
    await session.flush()


async def forget(session: AsyncSession) -> None:
    session.add(Author(id=2, name="Grace"))


async def change(session: AsyncSession) -> None:
    (await session.get_one(Author, 1)).name = "Ava"


async def remove(session: AsyncSession) -> None:
    await session.delete(await session.get_one(Book, 1))


async def execute_insert(session: AsyncSession) -> None:
    await session.execute(insert(Author).values(id=2, name="Grace"))


async def execute_update(session: AsyncSession) -> None:
    await session.execute(update(Author).values(name="Ava"))


async def execute_returning(session: AsyncSession) -> None:
    statement = insert(Author).values(id=2, name="Grace").returning(Author.id)
    assert await session.scalar(statement) == 2


async def execute_text(session: AsyncSession) -> None:
    await session.execute(text("INSERT INTO author (id, name) VALUES (2, 'Grace')"))


async def execute_bulk(session: AsyncSession) -> None:
    rows = [{"id": 2, "name": "Grace"}]
    await session.run_sync(lambda inside: inside.bulk_insert_mappings(Author, rows))


WRITES = [
    (flush, ("Author",), ()),
    (forget, (), ("Author",)),
    (change, (), ("Author",)),
    (remove, (), ("Book",)),
    (execute_insert, ("INSERT author",), ()),
    (execute_update, ("UPDATE author",), ()),
    (execute_returning, ("INSERT author",), ()),
    (execute_text, ("INSERT by text()",), ()),
    (execute_bulk, ("bulk_insert_mappings",), ()),
]


async def test_plain_sqlalchemy_loses_it_without_a_word(library: Database) -> None:
    async with AsyncSession(library.engine) as session:
        await flush(session)

    async with library.session() as later:
        assert await later.scalar(COUNT) == 1


@pytest.mark.parametrize(("write", "written", "pending"), WRITES, ids=str)
async def test_what_nobody_has_ended_is_told_at_the_end_of_the_block(
    library: Database, write: Work, written: tuple[str, ...], pending: tuple[str, ...]
) -> None:
    with pytest.raises(LostWrites) as caught:
        async with library.session() as session:
            await write(session)

    assert (caught.value.written, caught.value.pending) == (written, pending)
    assert library.statistics().checked_out == 0


async def test_it_names_what_is_lost_and_where(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database:
        session = database.session()
        kept = Author(id=2, name="Grace")
        session.add(kept)
        await session.flush()
        await forget(session)
        with pytest.raises(LostWrites) as caught:
            await session.close()
        line = here(-1)

        assert str(caught.value) == (
            f"the session that was closed at {line} held work that was neither committed nor rolled "
            "back (written: Author; not flushed: Author), and it is lost; write in a block that "
            "commits: async with db.begin() as session (or session.begin()); or call rollback(), "
            "where it is to be thrown away (TB301, docs/errors/TB301.md)"
        )


async def committed(session: TaskSession) -> None:
    await flush(session)
    await session.commit()


async def rolled_back(session: TaskSession) -> None:
    await flush(session)
    await session.rollback()


async def reset(session: TaskSession) -> None:
    await flush(session)
    await session.reset()


async def invalidated(session: TaskSession) -> None:
    await flush(session)
    await session.invalidate()


async def read(session: TaskSession) -> None:
    await session.get_one(Author, 1)
    await session.execute(text("SELECT 1"))


async def expunged(session: TaskSession) -> None:
    author = Author(id=2, name="Grace")
    session.add(author)
    session.expunge(author)


async def changed_to_the_same(session: TaskSession) -> None:
    (await session.get_one(Author, 1)).name = "Ada"


async def flushed_the_same(session: TaskSession) -> None:
    await changed_to_the_same(session)
    await session.flush()


async def merged_the_same(session: TaskSession) -> None:
    kept = await session.get_one(Author, 1)
    session.expunge(kept)
    await session.merge(kept)
    assert await session.scalar(COUNT) == 1


async def met_no_row(session: TaskSession) -> None:
    await session.execute(update(Author).where(Author.id == 77).values(name="nobody"))
    await session.execute(delete(Author).where(Author.id == 77))
    await session.execute(text("DELETE FROM author WHERE id = 77"))


async def savepoint_rolled_back(session: TaskSession) -> None:
    await session.get_one(Author, 1)
    savepoint = await session.begin_nested()
    await flush(session)
    await savepoint.rollback()


async def block_of_its_own(session: TaskSession) -> None:
    async with session.begin():
        await flush(session)


async def flush_that_failed(session: TaskSession) -> None:
    session.add(Author(id=1, name="another Ada"))
    with pytest.raises(IntegrityError):
        await session.commit()


@pytest.mark.parametrize(
    "work",
    [
        committed,
        rolled_back,
        reset,
        invalidated,
        read,
        expunged,
        changed_to_the_same,
        flushed_the_same,
        merged_the_same,
        met_no_row,
        savepoint_rolled_back,
        block_of_its_own,
        flush_that_failed,
    ],
)
@pytest.mark.filterwarnings("ignore:New instance:sqlalchemy.exc.SAWarning")
async def test_what_was_ended_by_somebody_is_silent(library: Database, work: Work) -> None:
    async with library.session() as session:
        await work(session)

    assert library.statistics().checked_out == 0


async def test_a_savepoint_that_is_rolled_back_leaves_what_came_before(
    sqlite_library: str,
) -> None:
    async with Database(sqlite_library) as database:
        with pytest.raises(LostWrites):
            async with database.session() as session:
                await flush(session)
                async with session.begin_nested() as savepoint:
                    session.add(Author(id=3, name="Edith"))
                    await savepoint.rollback()


async def test_a_savepoint_that_is_released_is_lost_with_its_transaction(
    sqlite_library: str,
) -> None:
    async with Database(sqlite_library) as database:
        with pytest.raises(LostWrites):
            async with database.session() as session, session.begin_nested():
                await flush(session)


async def test_the_error_of_a_block_is_the_only_one(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database:
        with pytest.raises(LookupError):
            async with database.session() as session:
                await flush(session)
                raise LookupError
        with pytest.raises(LookupError):
            await _fail_with_a_session_of_its_own(database)

        assert database.statistics().checked_out == 0


async def _fail_with_a_session_of_its_own(database: Database) -> None:
    session = database.session()
    try:
        await flush(session)
        raise LookupError
    finally:
        await session.close()


async def test_what_a_later_transaction_writes_is_told_too(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database:
        with pytest.raises(LostWrites):
            async with database.session() as session:
                await session.commit()
                await flush(session)
                await session.commit()
                await change(session)


@pytest.mark.parametrize("mode", ["create_savepoint", "rollback_only", "conditional_savepoint"])
async def test_a_session_in_somebody_elses_transaction_is_silent(
    library: Database, mode: str
) -> None:
    async with library.engine.connect() as connection:
        outer = await connection.begin()
        async with TaskSession(bind=connection, join_transaction_mode=mode) as session:
            await flush(session)
        await outer.rollback()

    async with library.session() as later:
        assert await later.scalar(COUNT) == 1


async def test_what_an_autocommit_has_stored_is_not_lost(sqlite_library: str) -> None:
    engine = create_async_engine(sqlite_library, isolation_level="AUTOCOMMIT")
    sessions = async_sessionmaker(engine, class_=TaskSession)
    async with sessions() as session:
        await flush(session)

    async with sessions() as later:
        assert await later.scalar(COUNT) == 2
    await engine.dispose()


async def test_an_option_of_the_engine_may_ask_for_autocommit(library: Database) -> None:
    at_once = library.engine.execution_options(isolation_level="AUTOCOMMIT")
    async with TaskSession(at_once) as session:
        await flush(session)

    async with library.session() as later:
        assert await later.scalar(COUNT) == 2


@pytest.fixture
async def left_open(sqlite_library: str) -> object:
    async with Database(sqlite_library) as database, database.session() as session:
        yield session


async def test_a_session_of_a_fixture_is_rolled_back_behind_the_test(
    left_open: TaskSession,
) -> None:
    await flush(left_open)

    assert await left_open.scalar(COUNT) == 2


async def test_a_session_without_the_law_loses_as_sqlalchemy_does(sqlite_library: str) -> None:
    async with Database(sqlite_library, guard={"TB301": "off"}) as database:
        async with database.session() as session:
            await flush(session)

        async with database.session() as later:
            assert await later.scalar(COUNT) == 1
