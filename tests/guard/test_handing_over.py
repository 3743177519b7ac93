"""A task that has not finished gives its work to another one."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from taskbound import Database, InterleavedWork, SessionClosed, TaskSession
from tests.library import Author

COUNT = select(func.count()).select_from(Author)


async def test_a_worker_commits_what_was_handed_over(library: Database) -> None:
    ready, stored = asyncio.Event(), asyncio.Event()

    async def write(session: TaskSession) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        session.hand_over()
        ready.set()
        await stored.wait()

    async with library.session() as session:
        writing = asyncio.create_task(write(session))
        await ready.wait()
        await session.commit()
        stored.set()
        await writing

        assert await session.scalar(COUNT) == 2


async def test_what_the_worker_writes_then_is_the_workers(sqlite_library: str) -> None:
    flushed, ended = asyncio.Event(), asyncio.Event()

    async def work(session: TaskSession) -> None:
        session.add(Author(id=3, name="Edith"))
        await session.flush()
        flushed.set()
        await ended.wait()
        await session.rollback()

    async with Database(sqlite_library) as database, database.session() as session:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        session.hand_over()
        working = asyncio.create_task(work(session))
        await flushed.wait()
        with pytest.raises(InterleavedWork):
            await session.commit()
        ended.set()
        await working


async def test_nobody_hands_over_what_is_not_theirs(sqlite_library: str) -> None:
    flushed, ended = asyncio.Event(), asyncio.Event()

    async def write(session: TaskSession) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        flushed.set()
        await ended.wait()
        await session.commit()

    async with Database(sqlite_library) as database, database.session() as session:
        writing = asyncio.create_task(write(session))
        await flushed.wait()
        with pytest.raises(InterleavedWork, match="hand_over"):
            session.hand_over()
        ended.set()
        await writing


async def test_a_closed_session_has_nothing_to_hand_over(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database:
        async with database.session() as session:
            pass

        with pytest.raises(SessionClosed):
            session.hand_over()


async def test_without_the_guard_there_is_nothing_to_say(sqlite_library: str) -> None:
    async with Database(sqlite_library, guard=False) as database, database.session() as session:
        session.hand_over()
