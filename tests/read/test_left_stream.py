"""A stream that is left, closed, cancelled or forgotten gives its connection back."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

import pytest
from sqlalchemy import select, text

from taskbound import Database, InterruptedStream, TaskSession
from tests.library import Author, Book
from tests.read.authors import AUTHORS, CHILDREN, MANY, AuthorName, AuthorRead, fill, settled


@pytest.fixture
async def library(database: Database) -> Database:
    """Forty authors; each but every third has two books."""
    await fill(database)
    return database


@CHILDREN
async def test_a_stream_that_is_left_gives_its_connection_back(
    library: Database, children: Any
) -> None:
    async for author in library.project(AuthorRead, AUTHORS, children=children).stream(size=3):
        assert 1 == author.id
        break
    await settled()

    assert 0 == library.statistics().checked_out
    assert MANY == await library.project(AuthorRead, AUTHORS).count()


@CHILDREN
async def test_a_stream_that_is_closed_gives_its_connection_back_at_once(
    library: Database, children: Any
) -> None:
    query = library.project(AuthorRead, AUTHORS, children=children)
    async with aclosing(query.stream(size=3)) as authors:
        assert 1 == (await anext(authors)).id
        assert 1 == library.statistics().checked_out

    assert 0 == library.statistics().checked_out


@CHILDREN
async def test_a_stream_that_is_left_in_a_transaction_leaves_it_usable(
    library: Database, children: Any
) -> None:
    async with library.begin() as session:
        async for author in session.project(AuthorRead, AUTHORS, children=children).stream(size=3):
            session.add(Book(title="Late", author_id=author.id))
            break
        await session.flush()
        await settled()

        assert MANY == await session.project(AuthorRead, AUTHORS).count()
    assert 0 == library.statistics().checked_out


async def test_an_error_in_the_loop_gives_the_connection_back(library: Database) -> None:
    with pytest.raises(LookupError):
        async for _ in library.project(AuthorRead, AUTHORS).stream(size=3):
            raise LookupError
    await settled()

    assert 0 == library.statistics().checked_out


async def test_an_error_in_the_loop_rolls_the_transaction_back(library: Database) -> None:
    with pytest.raises(LookupError):
        async with library.begin() as session:
            session.add(Author(id=100, name="Eve"))
            async for _ in session.project(AuthorRead, AUTHORS).stream(size=3):
                raise LookupError
    await settled()

    assert 0 == library.statistics().checked_out
    assert MANY == await library.project(AuthorRead, AUTHORS).count()


@CHILDREN
async def test_a_stream_that_is_cancelled_gives_its_connection_back(
    library: Database, children: Any
) -> None:
    async def read() -> None:
        async for author in library.project(AuthorRead, AUTHORS, children=children).stream(size=1):
            if author.id == 2:
                _cancel_soon()

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(read())
    await settled()

    assert 0 == library.statistics().checked_out
    assert MANY == await library.project(AuthorRead, AUTHORS).count()


@CHILDREN
async def test_a_session_whose_stream_is_cancelled_gives_its_connection_back(
    library: Database, children: Any
) -> None:
    async def read() -> None:
        async with library.begin() as session:
            query = session.project(AuthorRead, AUTHORS, children=children)
            _cancel_soon()
            async for _ in query.stream(size=1):
                await session.execute(select(1))

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(read())
    await settled()

    assert 0 == library.statistics().checked_out
    assert MANY == await library.project(AuthorRead, AUTHORS).count()


def _cancel_soon() -> None:
    """Cancel the running task while it waits for what it does next."""
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().call_soon(task.cancel)


@pytest.mark.parametrize("ending", ["commit", "rollback"])
async def test_a_stream_does_not_outlive_its_transaction(library: Database, ending: str) -> None:
    async with library.session() as session:
        await session.begin()
        authors = session.project(AuthorRead, AUTHORS).stream(size=1)
        await anext(authors)
        await getattr(session, ending)()
        await session.execute(select(1))
        with pytest.raises(InterruptedStream) as caught:
            await anext(authors)

        place = caught.value.place
        assert place is not None
        assert str(caught.value) == (
            f"the next AuthorRead of a stream was asked for at {place}, but the transaction that the "
            "stream reads in has ended; commit or roll back after the stream, or give it a connection "
            "of its own: db.project(...) (TB104, docs/errors/TB104.md)"
        )
        assert place.function == "test_a_stream_does_not_outlive_its_transaction"
        assert MANY == await session.project(AuthorRead, AUTHORS).count()


async def test_a_stream_outside_a_transaction_outlives_its_session(library: Database) -> None:
    async with library.session() as session:
        authors = session.project(AuthorName, AUTHORS).stream(size=3)
        await anext(authors)

    assert MANY - 1 == len([author async for author in authors])


def test_a_stream_that_is_never_closed_ends_with_the_event_loop(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept: list[AsyncIterator[AuthorRead]] = []

    async def leave() -> Database:
        # The second is taken while the first is open.
        database = Database(database_url, guard={"TB406": "off"})
        await fill(database)
        for children in (None, "batch"):
            authors = database.project(AuthorRead, AUTHORS, children=children).stream(size=3)
            kept.append(authors)
            await anext(authors)
        return database

    async def checked_out(database: Database) -> int:
        await database.dispose()
        return database.statistics().checked_out

    with asyncio.Runner() as runner:
        database = runner.run(leave())
        loop = runner.get_loop()
        loop.run_until_complete(loop.shutdown_asyncgens())

        assert 0 == runner.run(checked_out(database))
    gc.collect()
    # That one task holds two connections is what the guard tells.
    others = [record for record in caplog.records if record.name != "taskbound.guard"]
    assert [] == [record.message for record in others if record.levelname != "INFO"]


@pytest.mark.parametrize("driver", ["postgresql+asyncpg", "postgresql+psycopg"], indirect=True)
async def test_a_stream_that_is_closed_in_a_transaction_leaves_no_cursor(
    library: Database,
) -> None:
    async with library.begin() as session:
        async with aclosing(session.project(AuthorRead, AUTHORS).stream(size=3)) as authors:
            await anext(authors)
            assert 1 == await _cursors(session)

        assert 0 == await _cursors(session)


async def _cursors(session: TaskSession) -> int:
    names = await session.scalars(text("SELECT name FROM pg_cursors WHERE name <> ''"))
    return len([name for name in names if "taskbound" in name or "portal" in name])
