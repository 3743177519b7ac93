"""A cancelled task leaves no statement behind: not on the server, not in a thread (FM-11, F2)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import anyio
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from taskbound import Database, TaskSession
from tests.cancel.server import LONGEST, nothing_left, server_shows
from tests.chaos.storm_work import Work

OPERATIONS = ("read", "write", "write_in_session", "project", "project_in_session")


async def started(doing: Coroutine[Any, Any, None], url: str) -> asyncio.Task[None]:
    """A task whose statement runs on the server, or in the thread of SQLite's connection."""
    task = asyncio.create_task(doing)
    if url.startswith("sqlite"):
        await asyncio.wait((task,), timeout=0.3)
    else:
        await server_shows(url, lambda found: found.running == 1)
    return task


async def cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.wait((task,), timeout=LONGEST)
    assert task.cancelled()


@pytest.mark.parametrize("name", OPERATIONS)
async def test_a_cancelled_statement_is_ended_on_the_server(
    work: Work, database: Database, database_url: str, name: str
) -> None:
    task = await started(getattr(work, name)(1, 60.0), database_url)
    await cancelled(task)

    await nothing_left(database, database_url)


async def test_a_scope_of_anyio_leaves_no_statement_behind(
    work: Work, database: Database, database_url: str
) -> None:
    with anyio.CancelScope() as scope:
        async with anyio.create_task_group() as group:
            group.start_soon(work.write, 1, 60.0)
            if not database_url.startswith("sqlite"):
                await server_shows(database_url, lambda found: found.running == 1)
            scope.cancel()

    await nothing_left(database, database_url)


async def test_plain_sqlalchemy_leaves_the_statement_running_on_mariadb(
    engine: AsyncEngine, database_url: str, driver: str
) -> None:
    if not driver.startswith("mysql"):
        pytest.skip("the others are told by their drivers")
    plain = Work(engine, lambda: AsyncSession(engine), lambda: AsyncSession(engine), None)
    task = await started(plain.read(1, 3.0), database_url)
    await cancelled(task)

    await server_shows(database_url, lambda found: found.running == 1)


async def test_an_engine_of_the_users_own_is_seen_off_as_well(
    engine: AsyncEngine, database_url: str
) -> None:
    database = Database.from_engine(engine)
    work = Work(engine, database.session, database.begin, database)
    task = await started(work.read(1, 60.0), database_url)
    await cancelled(task)

    await nothing_left(database, database_url)


async def test_a_session_goes_on_after_its_statement_was_cancelled(
    work: Work, database: Database, database_url: str
) -> None:
    async with database.session() as session:
        task = await started(_ask(work, session), database_url)
        await cancelled(task)
        await session.rollback()
        await work._ask(session, 1, 0.0)

    assert work.record.wrong == 0


async def _ask(work: Work, session: TaskSession) -> None:
    await work._ask(session, 1, 60.0)


@pytest.mark.parametrize("steps", range(0, 24, 3))
async def test_a_task_may_be_cancelled_at_any_step_of_its_first_connection(
    database: Database, database_url: str, steps: int
) -> None:
    work = Work(database.engine, database.session, database.begin, database)
    task = asyncio.create_task(work.read(1, 0.0))
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait((task,))

    await nothing_left(database, database_url)
