"""A session in a fixture lives in three tasks: setting up, the test, and tearing down."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from taskbound import Database, TaskSession
from tests.library import Author


@pytest.fixture
def tasks() -> set[asyncio.Task[object] | None]:
    """The tasks in which the fixture and the test have run."""
    return set()


@pytest.fixture
async def session(
    library: Database, tasks: set[asyncio.Task[object] | None]
) -> AsyncIterator[TaskSession]:
    async with library.session() as opened:
        opened.add(Author(id=2, name="of the fixture"))
        await opened.flush()
        tasks.add(asyncio.current_task())
        yield opened
        tasks.add(asyncio.current_task())
        opened.add(Author(id=4, name="of the end"))
        await opened.commit()
    assert len(tasks) == 3
    assert library.statistics().checked_out == 0


async def test_a_test_goes_on_with_the_session_of_its_fixture(
    session: TaskSession, tasks: set[asyncio.Task[object] | None]
) -> None:
    tasks.add(asyncio.current_task())
    session.add(Author(id=3, name="of the test"))
    await session.flush()

    assert await session.get(Author, 2) is not None


async def test_a_test_may_commit_what_its_fixture_has_flushed(
    session: TaskSession, tasks: set[asyncio.Task[object] | None]
) -> None:
    tasks.add(asyncio.current_task())
    await session.commit()

    assert await session.get(Author, 2) is not None
