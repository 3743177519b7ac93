"""`Database.close(grace=)`: who uses the database has time to end, and nobody else begins."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from fastapi import FastAPI
from httpx import AsyncClient
from pydantic import BaseModel
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from taskbound import Database, DatabaseClosing, DatabaseUnavailable, ForeignLoop
from taskbound.engine.url import masked
from tests.here import here
from tests.library import Author, Base
from tests.shop.serving import serving

COUNT = select(func.count()).select_from(Author)
# What a row takes a minute for.
SLOW = {
    "postgresql": text("pg_sleep(60) IS NOT NULL"),
    "mysql": text("sleep(60) = 0"),
    "sqlite": text(
        "0 < (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)"
    ),
}
# Seconds that a statement has to reach the server.
GRACE = 0.3


class Name(BaseModel):
    name: str


class User:
    """A task that uses the database until it is told to go on."""

    def __init__(self, database: Database) -> None:
        self.holds = asyncio.Event()
        self.may_end = asyncio.Event()
        self.task = asyncio.create_task(self._use(database))

    async def _use(self, database: Database) -> int | None:
        async with database.begin() as session:
            session.add(Author(id=2, name="Grace"))
            await session.flush()
            self.holds.set()
            await self.may_end.wait()
            return await session.scalar(COUNT)


@pytest.fixture
async def library(database: Database) -> Database:
    """A database with one author."""
    return await filled(database)


@pytest.fixture
def local(tmp_path: Path) -> str:
    """The address of an empty SQLite database, for what no driver can change."""
    return f"sqlite+aiosqlite:///{tmp_path / 'local.sqlite'}"


async def filled(database: Database) -> Database:
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add(Author(id=1, name="Ada"))
    return database


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0)


async def ends_when_closing(user: User, database: Database) -> None:
    await until(lambda: database._closing._is_begun)
    user.may_end.set()


async def count(database: Database) -> int | None:
    async with database.session() as session:
        return await session.scalar(COUNT)


async def test_who_uses_the_database_has_time_to_end_and_nobody_else_begins(
    library: Database,
) -> None:
    user = User(library)
    await user.holds.wait()
    closing = asyncio.create_task(library.close(grace=60))
    await until(lambda: library._closing._is_begun)

    with pytest.raises(DatabaseClosing) as caught:
        await count(library)
    with pytest.raises(DatabaseClosing):
        await library.project(Name, Author).all()
    user.may_end.set()

    assert (await closing, await user.task) == (0, 2)
    assert (caught.value.grace, library.statistics().idle) == (None, 0)
    async with library:
        assert await count(library) == 2


async def test_an_idle_session_is_cut_when_the_time_is_over(
    library: Database, caplog: pytest.LogCaptureFixture
) -> None:
    user = User(library)
    await user.holds.wait()

    with caplog.at_level(logging.WARNING, "taskbound.engine"):
        cut = await library.close(grace=0.01)
    user.may_end.set()
    with pytest.raises(DatabaseClosing) as caught:
        await user.task

    assert (cut, caught.value.grace) == (1, 0.01)
    assert caplog.messages[0].startswith(
        f"{masked(library.engine.url)} closes; still in use after 0.01 s of grace, and cut: 1\n"
    )
    assert library.statistics().checked_out == 0
    async with library:
        assert await count(library) == 1


async def by_session(database: Database) -> object:
    async with database.begin() as session:
        return await session.scalar(COUNT.where(SLOW[database.engine.dialect.name]))


async def by_projection(database: Database) -> object:
    statement = select(Author).where(SLOW[database.engine.dialect.name])
    return await database.project(Name, statement).all()


async def by_projection_in_a_transaction(database: Database) -> object:
    statement = select(Author).where(SLOW[database.engine.dialect.name])
    async with database.begin() as session:
        return await session.project(Name, statement).all()


# Statements of others that run on the server.
RUNNING = {
    "postgresql": "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND state = 'active'",
    "mysql": "SELECT count(*) FROM information_schema.processlist WHERE db = database() "
    "AND id <> connection_id() AND command = 'Query'",
    # A writer would be kept waiting.
    "sqlite": "UPDATE author SET name = name WHERE false RETURNING 1",
}


async def ends(database: Database) -> None:
    """Wait until the cut has left nothing behind: less than a second, if the machine is not busy."""
    running = text(RUNNING[database.engine.dialect.name])
    async with asyncio.timeout(10), database, database.session() as session:
        while await session.scalar(running):
            # PostgreSQL shows one state for the length of a transaction.
            await session.rollback()
        await session.rollback()


@pytest.mark.parametrize("read", [by_session, by_projection, by_projection_in_a_transaction])
async def test_a_statement_is_cut_when_the_time_is_over(
    library: Database, read: Callable[[Database], Awaitable[object]]
) -> None:
    reading = asyncio.ensure_future(read(library))
    await until(lambda: library.statistics().checked_out)

    async with asyncio.timeout(10):
        cut = await library.close(grace=GRACE)
        with pytest.raises(DatabaseClosing) as caught:
            await reading

    assert (cut, caught.value.grace) == (1, GRACE)
    assert library.statistics().checked_out == 0
    await ends(library)


async def test_the_errors_say_what_closes_and_where_it_was_used(local: str) -> None:
    database = await filled(Database(local))
    user = User(database)
    await user.holds.wait()
    await database.close(grace=0)
    user.may_end.set()
    with pytest.raises(DatabaseClosing) as cut:
        await user.task

    with pytest.raises(DatabaseClosing) as refused:
        await database.project(Name, Author).all()

    code = User._use.__code__
    assert str(cut.value) == (
        f"{local} is being closed, and has closed a connection that was used at "
        f"tests/test_closing.py:{code.co_firstlineno + 6} in _use after 0 s of grace; "
        "end the work before close(), or give it more time: close(grace=30) "
        "(TB411, docs/errors/TB411.md)"
    )
    assert str(refused.value) == (
        f"{local} is closed, or about to be, and was asked for a connection at {here(-10)}; "
        "end what uses it before close(); async with db opens it again "
        "(TB411, docs/errors/TB411.md)"
    )


async def test_a_commit_after_the_cut_is_no_success(local: str) -> None:
    database = await filled(Database(local))
    with pytest.raises(DatabaseClosing):
        async with database.session() as session:
            session.add(Author(id=2, name="Grace"))
            await session.flush()
            cut = await database.close(grace=0)
            await session.commit()

    assert cut == 1
    async with database:
        assert await count(database) == 1


async def test_the_block_of_a_database_waits_for_who_uses_it(local: str) -> None:
    async with Database(local) as database:
        user = User(await filled(database))
        await user.holds.wait()
        ending = asyncio.create_task(ends_when_closing(user, database))

    assert user.task.done()
    await ending
    assert await user.task == 2


async def test_a_server_that_stops_waits_for_the_work_in_the_background(local: str) -> None:
    tasks: list[asyncio.Task[Any]] = []
    database = Database(local)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with database:
            await filled(database)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/work")
    async def work() -> None:
        user = User(database)
        await user.holds.wait()
        tasks.extend([user.task, asyncio.create_task(ends_when_closing(user, database))])

    async with serving(app) as address, AsyncClient(base_url=address) as client:
        await client.post("/work")

    assert [task.result() for task in tasks] == [2, None]
    assert database.statistics().checked_out == 0


async def test_who_closes_does_not_wait_for_itself(local: str) -> None:
    database = await filled(Database(local))
    cut = 0
    # SQLAlchemy 2.0's form of aiosqlite cannot roll back on a closed connection, and says so.
    leaving = suppress(OperationalError) if sqlalchemy.__version__ < "2.1" else nullcontext()
    with leaving:
        async with database.session() as session:
            await session.scalar(COUNT)
            cut = await database.close(grace=60)

    assert cut == 1


async def test_a_second_close_does_nothing_more(local: str) -> None:
    database = await filled(Database(local))

    assert [await database.close(), await database.close()] == [0, 0]


async def test_a_second_close_can_be_more_impatient(local: str) -> None:
    database = await filled(Database(local))
    user = User(database)
    await user.holds.wait()
    patient = asyncio.create_task(database.close(grace=None))
    await until(lambda: database._closing._is_begun)

    cut = await database.close(grace=0)
    user.may_end.set()
    await asyncio.wait([user.task])

    assert (cut, await patient) == (1, 1)
    assert isinstance(user.task.exception(), DatabaseClosing)


async def test_a_cancelled_close_cuts_at_once(local: str) -> None:
    database = await filled(Database(local))
    user = User(database)
    await user.holds.wait()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await database.close(grace=60)
    user.may_end.set()
    await asyncio.wait([user.task])

    assert isinstance(user.task.exception(), DatabaseClosing)
    assert database.statistics().checked_out == 0


async def test_who_waits_for_a_connection_gets_none_any_more(local: str) -> None:
    database = await filled(Database(local, pool_size=1))
    user = User(database)
    await user.holds.wait()
    waiting = asyncio.create_task(count(database))
    await asyncio.sleep(0)
    closing = asyncio.create_task(database.close(grace=60))
    await until(lambda: database._closing._is_begun)
    user.may_end.set()
    await asyncio.wait([waiting])

    assert await closing == 0
    assert isinstance(waiting.exception(), DatabaseClosing)


async def test_a_health_check_says_that_the_database_closes(local: str) -> None:
    database = Database(local)
    await database.close()

    with pytest.raises(DatabaseUnavailable) as caught:
        await database.check()

    assert caught.value.reason.startswith(f"{local} is closed, or about to be")


async def test_nothing_listens_while_the_database_is_open(local: str) -> None:
    database = Database(local)
    async with database:
        await filled(database)
    async with database:
        await count(database)
        dispatch = database.engine.sync_engine.pool.dispatch
        listeners = list(dispatch.checkout)

    assert listeners == []


@pytest.mark.parametrize("pool", [None, NullPool])
async def test_an_engine_of_one_s_own_is_closed_the_same_way(
    local: str, pool: type[NullPool] | None
) -> None:
    database = await filled(Database.from_engine(create_async_engine(local, poolclass=pool)))
    user = User(database)
    await user.holds.wait()

    cut = await database.close(grace=0.01)
    user.may_end.set()
    with pytest.raises(DatabaseClosing):
        await user.task

    assert cut == 1
    with pytest.raises(DatabaseClosing):
        await count(database)


async def test_a_database_is_not_closed_from_a_foreign_loop(local: str) -> None:
    database = await filled(Database(local))

    with pytest.raises(ForeignLoop):
        await asyncio.to_thread(asyncio.run, database.close())

    assert await count(database) == 1
    await database.close()


async def test_a_database_whose_loop_is_gone_is_closed_at_once(local: str) -> None:
    def use() -> Database:
        return asyncio.run(filled(Database(local)))

    database = await asyncio.to_thread(use)

    assert await database.close(grace=60) == 0


async def test_every_connection_is_closed(local: str) -> None:
    closed: list[object] = []
    database = await filled(Database(local))
    event.listen(database.engine.sync_engine, "close", lambda raw, _: closed.append(raw))

    await database.close()

    assert len(closed) == 1
