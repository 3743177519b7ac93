"""`begin()` that is neither awaited nor entered (FM-02 c)."""

from __future__ import annotations

import asyncio
import gc
import warnings

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from taskbound import Database, TaskboundWarning, UnawaitedCall
from tests.here import here
from tests.library import Author


async def test_plain_sqlalchemy_says_nothing(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database, AsyncSession(database.engine) as session:
        session.begin()

        assert not session.in_transaction()


@pytest.mark.parametrize("name", ["begin", "begin_nested"])
async def test_a_call_without_await_names_its_line(sqlite_library: str, name: str) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        with pytest.warns(TaskboundWarning) as caught:
            getattr(session, name)()
        line = here(-1)

    assert [str(warning.message) for warning in caught] == [
        f"{name}() was called at {line}, but neither awaited nor entered, so it did nothing; write "
        f"async with session.{name}(): (TB302, docs/errors/TB302.md)"
    ]


async def test_a_call_that_is_kept_names_its_own_line(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        transaction = session.begin()
        line = here(-1)
        held = [transaction]
        del transaction
        with pytest.warns(TaskboundWarning) as caught:
            held.clear()

    error = caught[0].message.error  # type: ignore[union-attr]  # a TaskboundWarning
    assert isinstance(error, UnawaitedCall)
    assert str(error.place) == line


async def test_what_is_awaited_or_entered_is_silent(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            transaction = await session.begin()
            async with session.begin_nested():
                await session.get(Author, 1)
            assert session.get_transaction() is transaction
            await transaction.rollback()
            del transaction
            gc.collect()


async def test_a_session_without_the_guard_says_nothing(sqlite_library: str) -> None:
    async with Database(sqlite_library, guard=False) as database, database.session() as session:
        session.begin()

        assert not session.in_transaction()


async def test_a_commit_stays_a_coroutine(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        session.add(Author(id=2, name="Grace"))

        await asyncio.create_task(session.commit())

        assert await session.get(Author, 2) is not None
