"""Features of SQLAlchemy's sessions that reach around the guard: each of these stays silent."""

from __future__ import annotations

import gc
import pickle
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlalchemy.orm import Session

from taskbound import Database, TaskSession
from tests.library import Author, Base, Book

COUNT = select(func.count()).select_from(Author)


async def authors(database: Database) -> int | None:
    """How many authors are stored, by the account of a session of its own."""
    async with database.session() as session:
        return await session.scalar(COUNT)


async def test_the_recipe_of_a_test_suite_rolls_every_commit_back(library: Database) -> None:
    async with library.engine.connect() as connection:
        outermost = await connection.begin()
        async with TaskSession(connection, join_transaction_mode="create_savepoint") as session:
            session.add(Author(id=2, name="Grace"))
            await session.commit()
            session.add(Author(id=3, name="Edith"))
            await session.rollback()
            assert await session.scalar(COUNT) == 2
        await outermost.rollback()

    assert await authors(library) == 1


async def test_events_may_send_statements_on_their_session(library: Database) -> None:
    class Counting(Session):
        counts: list[int | None] = []

    @event.listens_for(Counting, "before_commit")
    @event.listens_for(Counting, "after_flush")
    @event.listens_for(Counting, "before_flush")
    def count(session: Counting, *_: Any) -> None:
        session.counts.append(session.execute(COUNT).scalar())

    sessions = async_sessionmaker(library.engine, class_=TaskSession, sync_session_class=Counting)
    async with sessions.begin() as session:
        session.add(Author(id=2, name="Grace"))

    assert Counting.counts == [1, 2, 2]


async def test_a_write_in_after_flush_belongs_to_the_same_work(library: Database) -> None:
    class Renaming(Session):
        """Writes by itself whenever it is flushed."""

    @event.listens_for(Renaming, "after_flush")
    def rename(session: Renaming, _context: object) -> None:
        session.execute(update(Author).where(Author.id == 2).values(name="renamed"))

    sessions = async_sessionmaker(library.engine, class_=TaskSession, sync_session_class=Renaming)
    async with sessions() as session:
        session.add(Author(id=2, name="Grace"))
        await session.commit()
        name = await session.scalar(select(Author.name).where(Author.id == 2))

    assert name == "renamed"


async def test_a_read_flushes_what_its_own_task_has_pending(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        session.add(Author(id=3, name="Edith"))

        assert await session.scalar(COUNT) == 3
        await session.rollback()


async def test_savepoints_are_released_and_rolled_back_by_hand_and_by_block(
    library: Database,
) -> None:
    async with library.begin() as session:
        kept = await session.begin_nested()
        session.add(Author(id=2, name="kept"))
        await kept.commit()
        async with session.begin_nested():
            undone = await session.begin_nested()
            session.add(Author(id=3, name="undone"))
            await session.flush()
            await undone.rollback()

    assert await authors(library) == 2


async def test_run_sync_lets_old_code_load_lazily(library: Database) -> None:
    def titles(session: Session) -> list[str]:
        author = session.get_one(Author, 1)
        return [f"{book.title} by {book.author and book.author.name}" for book in author.books]

    async with library.session() as session:
        assert await session.run_sync(titles) == ["Notes by Ada", "More by Ada"]


async def test_objects_move_between_sessions(library: Database) -> None:
    async with library.session() as first:
        author = await first.get_one(Author, 1)
    async with library.session() as second:
        merged = await second.merge(author)
        second.expire(merged)
        await second.refresh(merged, ["name", "books"])
        await second.delete(merged.books[0])
        await second.rollback()
        await second.refresh(merged)

        assert (merged.name, len(await merged.awaitable_attrs.books)) == ("Ada", 2)


async def test_a_pickled_object_goes_on_in_a_session(library: Database) -> None:
    async with library.session() as first:
        pickled = pickle.dumps(await first.get_one(Book, 1))
    book: Book = pickle.loads(pickled)
    async with library.session() as second:
        second.add(book)

        assert len(await book.awaitable_attrs.reviews) == 0
        assert book.title == "Notes"


async def test_an_invalidated_session_ends_with_its_block(library: Database) -> None:
    async with library.session() as session:
        await session.scalar(COUNT)
        await session.invalidate()

    assert library.statistics().checked_out == 0


async def test_an_idle_session_may_be_forgotten(library: Database) -> None:
    session: TaskSession | None = library.session()
    assert session is not None
    await session.scalar(COUNT)
    await session.rollback()
    session = None
    gc.collect()

    assert library.statistics().checked_out == 0


@pytest.mark.parametrize("driver", ["mysql+aiomysql", "mysql+asyncmy"], ids=["aiomysql", "asyncmy"])
async def test_a_transaction_in_two_phases_is_prepared_and_committed(engine: AsyncEngine) -> None:
    sessions = async_sessionmaker(engine, class_=TaskSession, twophase=True)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)

    async with sessions() as session:
        session.add(Author(id=1, name="Ada"))
        await session.run_sync(lambda sync: sync.prepare())
        await session.commit()
        stored = await session.scalar(COUNT)

    assert stored == 1
