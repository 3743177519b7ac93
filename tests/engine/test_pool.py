"""The pool: fixed in size, checked after idleness, at home in one loop of one process (FM-13)."""

from __future__ import annotations

import asyncio
import os
import threading
import warnings
from asyncio import events
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from taskbound import Database, ForeignLoop
from taskbound.driver import DRIVERS

CONNECTION_ID = {
    "sqlite": text("SELECT 1"),
    "postgresql": text("SELECT pg_backend_pid()"),
    "mysql": text("SELECT connection_id()"),
}


async def connection_id(database: Database) -> object:
    async with database.session() as session:
        return await session.scalar(CONNECTION_ID[database.engine.dialect.name])


def count_pings(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The connections that are checked from now on, one entry a check."""
    pinged: list[object] = []
    driver: Any = database.engine.pool._driver  # type: ignore[attr-defined]
    ping = driver.ping

    async def counted(connection: object) -> None:
        pinged.append(connection)
        await ping(connection)

    counting = replace(driver, ping=counted)
    monkeypatch.setattr(database.engine.pool, "_driver", counting)
    return pinged


async def test_a_connection_just_used_is_not_checked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    pinged = count_pings(database, monkeypatch)

    for _ in range(5):
        await connection_id(database)

    assert pinged == []


async def test_an_idle_connection_is_checked_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Database(database_url, idle_check=0) as database:
        pinged = count_pings(database, monkeypatch)

        first = await connection_id(database)
        second = await connection_id(database)

    assert (second, len(pinged)) == (first, 1)


async def test_idle_check_none_never_checks(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Database(database_url, idle_check=None) as database:
        pinged = count_pings(database, monkeypatch)
        await connection_id(database)
        await connection_id(database)

    assert pinged == []


KILL = {
    "postgresql": "SELECT pg_terminate_backend(:victim)",
    "mysql": "KILL :victim",
}


async def test_an_idle_connection_that_died_is_replaced_unseen(
    database_url: str, driver: str
) -> None:
    backend = driver.partition("+")[0]
    if backend == "sqlite":
        pytest.skip("nobody can end another process's SQLite connection")
    async with Database(database_url, idle_check=0) as database:
        victim = await connection_id(database)
        async with Database(database_url) as killer, killer.session() as session:
            await session.execute(text(KILL[backend]), {"victim": victim})

        assert await connection_id(database) != victim
        assert database.statistics().checked_out == 0


async def test_a_check_is_one_statement_outside_a_transaction(database: Database) -> None:
    async with database.engine.connect() as connection:
        raw = await connection.get_raw_connection()
        ping = DRIVERS[f"{database.engine.dialect.name}+{database.engine.driver}"].ping
        await ping(raw.driver_connection)
        await ping(raw.driver_connection)

        assert not connection.in_transaction()
        assert await connection.scalar(select(1)) == 1


async def test_the_pool_never_opens_more_than_its_size(database_url: str) -> None:
    opened: list[object] = []
    async with Database(database_url, pool_size=2, pool_timeout=0.05) as database:
        event.listen(database.engine.sync_engine, "connect", lambda raw, _: opened.append(raw))
        async with database.session() as one, database.session() as two:
            await one.scalar(select(1))
            await two.scalar(select(1))
            with pytest.raises(PoolTimeout):
                await connection_id(database)

    assert len(opened) == 2


async def test_a_cancelled_check_gives_the_place_in_the_pool_back(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Database(database_url, idle_check=0, pool_size=1, pool_timeout=5) as database:
        await connection_id(database)
        checking = asyncio.Event()
        driver: Any = database.engine.pool._driver  # type: ignore[attr-defined]

        async def hang(_connection: object) -> None:
            checking.set()
            await asyncio.Event().wait()

        hanging = replace(driver, ping=hang)
        with monkeypatch.context() as patch:
            patch.setattr(database.engine.pool, "_driver", hanging)
            waiting = asyncio.create_task(connection_id(database))
            await checking.wait()
            waiting.cancel()
            await asyncio.wait((waiting,))

        assert waiting.cancelled()
        assert await connection_id(database) is not None
        assert database.statistics().checked_out == 0


async def test_a_pool_of_the_users_own_is_kept(database_url: str) -> None:
    async with Database(database_url, poolclass=NullPool) as database:
        assert await connection_id(database) is not None
        assert database.statistics().idle == 0


def run_in_thread(main: Any) -> None:
    """Run `main()` in a new event loop, in a thread as the test's own loop is running."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]


@pytest.fixture(params=["Database", "from_engine"])
def made(request: pytest.FixtureRequest, database_url: str) -> Database:
    """A database with taskbound's pool, and one with the pool of the user's own engine."""
    if request.param == "Database":
        return Database(database_url, pool_size=2)
    return Database.from_engine(create_async_engine(database_url, pool_size=2))


def test_a_second_loop_after_the_first_has_closed_finds_new_connections(made: Database) -> None:
    async def main() -> None:
        await asyncio.gather(*(connection_id(made) for _ in range(2)))

    async def last() -> None:
        await main()
        await made.dispose()

    run_in_thread(main)
    run_in_thread(main)
    run_in_thread(last)


def test_a_second_loop_beside_the_first_is_refused(made: Database) -> None:
    async def outer() -> None:
        await connection_id(made)
        with pytest.raises(ForeignLoop) as caught:
            await asyncio.to_thread(run_in_thread, lambda: connection_id(made))

        assert "belongs to another event loop that is still open" in str(caught.value)
        assert await connection_id(made) is not None
        await made.dispose()

    asyncio.run(outer())


def test_parent_and_child_of_a_fork_both_go_on(made: Database) -> None:
    async def parent() -> None:
        before = await connection_id(made)
        with warnings.catch_warnings():
            # Python 3.12 warns of forks beside threads; the test's own child starts none of them.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            in_child(made, before)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)
        after = [await connection_id(made) for _ in range(3)]

        assert (os.waitstatus_to_exitcode(status), after) == (0, [before] * 3)
        await made.dispose()

    asyncio.run(parent())


def in_child(made: Database, parents: object) -> None:
    events._set_running_loop(None)
    code = 1
    try:
        code = asyncio.run(asyncio.wait_for(child_code(made, parents), 30))
    finally:
        os._exit(code)


async def child_code(made: Database, parents: object) -> int:
    ids = [await connection_id(made) for _ in range(3)]
    own = made.engine.dialect.name == "sqlite" or parents not in ids
    return 0 if own else 2


def test_a_child_that_disposes_leaves_the_parents_connections_alone(made: Database) -> None:
    async def parent() -> None:
        before = await connection_id(made)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            disposing_child(made)
        _, status = await asyncio.to_thread(os.waitpid, child, 0)

        assert os.waitstatus_to_exitcode(status) == 0
        assert await connection_id(made) == before
        await made.dispose()

    asyncio.run(parent())


def disposing_child(made: Database) -> None:
    events._set_running_loop(None)
    code = 1
    try:
        asyncio.run(asyncio.wait_for(made.dispose(), 30))
        code = 0
    finally:
        os._exit(code)


async def test_a_connection_that_comes_back_after_dispose_is_closed(database: Database) -> None:
    closed: list[object] = []
    event.listen(database.engine.sync_engine, "close", lambda raw, _: closed.append(raw))
    async with database.session() as session:
        await session.scalar(select(1))
        await database.dispose()
        assert closed == []

    assert len(closed) == 1
