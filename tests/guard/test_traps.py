"""Tasks that look like misuse of a session and are not: each of these stays silent."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator

import anyio
import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_scoped_session, async_sessionmaker

from taskbound import Database, TaskSession
from tests.library import Author, Book

COUNT = select(func.count()).select_from(Author)


async def authors(database: Database) -> int | None:
    """How many authors are stored, by the account of a session of its own."""
    async with database.session() as session:
        return await session.scalar(COUNT)


async def save(session: TaskSession, key: int) -> None:
    """Write and commit, as a service does."""
    session.add(Author(id=key, name="Grace"))
    await session.commit()


async def test_a_begin_block_of_the_factory_commits_what_was_flushed(library: Database) -> None:
    sessions = async_sessionmaker(library.engine, class_=TaskSession)

    async with sessions.begin() as session:
        session.add(Author(id=2, name="Grace"))
        await session.flush()

    assert await authors(library) == 2


async def test_wait_for_around_code_that_ends_the_work(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(id=2, name="Edith"))
        await session.flush()
        await asyncio.wait_for(save(session, 3), 5)

    assert await authors(library) == 3


async def test_wait_for_around_an_overridden_commit(library: Database) -> None:
    class Audited(TaskSession):
        async def commit(self) -> None:
            await super().commit()

    async with async_sessionmaker(library.engine, class_=Audited)() as session:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        await asyncio.wait_for(session.commit(), 5)

    assert await authors(library) == 2


async def test_shield_around_code_that_ends_the_work(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(id=2, name="Edith"))
        await session.flush()
        await asyncio.shield(save(session, 3))

    assert await authors(library) == 3


async def test_timeouts_of_asyncio_and_anyio_stay_in_the_task(library: Database) -> None:
    async with library.session() as session:
        async with asyncio.timeout(5):
            session.add(Author(id=2, name="Edith"))
            await session.flush()
        with anyio.fail_after(5):
            await session.scalar(COUNT)
        with anyio.move_on_after(5):
            await session.commit()

    assert await authors(library) == 2


async def test_a_child_in_a_task_group_goes_on_with_flushed_work(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(id=2, name="Edith"))
        await session.flush()
        async with anyio.create_task_group() as group:
            group.start_soon(save, session, 3)
        await save(session, 4)

    assert await authors(library) == 4


async def test_a_child_of_a_task_that_has_flushed_may_read(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(id=2, name="Edith"))
        await session.flush()
        async with asyncio.TaskGroup() as group:
            reading = group.create_task(session.scalar(COUNT))
        await session.commit()

    assert reading.result() == 2


async def test_children_take_turns_in_the_session_of_their_parent(library: Database) -> None:
    async def write(session: TaskSession, key: int) -> None:
        session.add(Author(id=key, name="Grace"))
        await session.flush()

    async with library.begin() as session:
        for key in (2, 3, 4):
            await asyncio.create_task(write(session, key))

    assert await authors(library) == 4


async def test_a_batch_task_reads_while_its_asker_waits(library: Database) -> None:
    """A data loader collects keys, and a task of its own answers them all."""
    loop = asyncio.get_running_loop()

    async with library.session() as session:
        asked: asyncio.Future[list[str]] = loop.create_future()

        async def batch() -> None:
            asked.set_result(list(await session.scalars(select(Book.title).order_by(Book.id))))

        assert await session.scalar(COUNT) == 1
        answering = loop.create_task(batch())
        titles = await asked
        await answering
        await session.rollback()

    assert titles == ["Notes", "More"]


async def titles(database: Database) -> AsyncIterator[str]:
    """Titles from a session that the generator holds open."""
    async with database.session() as session:
        async for title in await session.stream_scalars(select(Book.title).order_by(Book.id)):
            yield title


async def test_a_generator_that_holds_a_session_is_read_and_closed_by_another_task(
    library: Database,
) -> None:
    async def first() -> str:
        return await anext(reading)

    async def close() -> None:
        await reading.aclose()  # type: ignore[attr-defined]  # an async generator

    reading = titles(library)
    title = await asyncio.create_task(first())
    await asyncio.create_task(close())

    assert (title, library.statistics().checked_out) == ("Notes", 0)


async def test_a_scoped_session_is_removed_by_its_task(library: Database) -> None:
    scoped = async_scoped_session(library.sessionmaker, scopefunc=asyncio.current_task)

    for key in (2, 3):
        scoped.add(Author(id=key, name="Grace"))
        await scoped.commit()
        await scoped.remove()

    assert await authors(library) == 3


async def test_an_exit_stack_closes_in_the_task_that_unwinds_it(library: Database) -> None:
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(library.begin())
        session.add(Author(id=2, name="Grace"))
        await session.flush()

    assert await authors(library) == 2


async def test_a_worker_thread_may_add_objects(library: Database) -> None:
    async with library.begin() as session:
        await asyncio.to_thread(session.add, Author(id=2, name="Grace"))

    assert await authors(library) == 2


@pytest.mark.skipif(sys.version_info < (3, 12), reason="eager tasks came with Python 3.12")
async def test_eager_tasks_end_work_as_others_do(library: Database) -> None:
    loop = asyncio.get_running_loop()
    loop.set_task_factory(vars(asyncio)["eager_task_factory"])
    try:
        async with library.begin() as session:
            session.add(Author(id=2, name="Edith"))
            await session.flush()
        async with library.session() as session:
            session.add(Author(id=3, name="Edith"))
            await session.flush()
            await asyncio.create_task(save(session, 4))
    finally:
        loop.set_task_factory(None)

    assert await authors(library) == 4
