"""The options of an engine, through `Database` and through the program's own engine."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import literal, select, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, NullPool

from taskbound import Database, PoolStatistics, TaskSession
from tests.patterns.drivers import on_servers

Sessions = async_sessionmaker[TaskSession]
ONE = select(literal(1))
# How a server names and ends the connection of a session.
OWN_NUMBER = {"postgresql": "SELECT pg_backend_pid()", "mysql": "SELECT connection_id()"}
END = {"postgresql": "SELECT pg_terminate_backend(:number)", "mysql": "KILL :number"}


@pytest.fixture(params=["Database", "own engine"])
async def sessions(
    request: pytest.FixtureRequest, database_url: str, options: dict[str, Any]
) -> AsyncIterator[Sessions]:
    """A factory on an engine with `options`, made in each of the two ways."""
    if request.param == "Database":
        async with Database(database_url, **options) as database:
            yield database.sessionmaker
        return
    engine = create_async_engine(database_url, **options)
    yield async_sessionmaker(engine, class_=TaskSession)
    await engine.dispose()


@pytest.mark.parametrize("options", [{"echo": True}], ids=["echo"])
async def test_echo_logs_every_statement(
    sessions: Sessions, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With a handler there, SQLAlchemy adds none that would outlive the test.
    monkeypatch.setattr(logging.getLogger("sqlalchemy"), "handlers", [logging.NullHandler()])

    async with sessions() as session:
        await session.scalar(select(literal(1).label("answer")))

    assert any("AS answer" in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize("options", [{}], ids=["silent"])
async def test_without_echo_nothing_is_logged(
    sessions: Sessions, caplog: pytest.LogCaptureFixture
) -> None:
    async with sessions() as session:
        await session.scalar(ONE)

    assert [] == [record for record in caplog.records if record.name.startswith("sqlalchemy")]


@pytest.mark.parametrize(
    "options", [{"pool_size": 2, "max_overflow": 0, "pool_timeout": 0.02}], ids=["two"]
)
async def test_one_session_more_than_the_pool_holds_waits_in_vain(sessions: Sessions) -> None:
    async with sessions() as first, sessions() as second, sessions() as third:
        await first.scalar(ONE)
        await second.scalar(ONE)

        with pytest.raises(PoolTimeout, match=r"all 2 are in use|limit of size 2 overflow 0"):
            await third.scalar(ONE)


@pytest.mark.parametrize(
    "options", [{"pool_size": 1, "max_overflow": 0, "pool_timeout": 5}], ids=["one"]
)
async def test_a_returned_connection_serves_the_next_session(sessions: Sessions) -> None:
    async with sessions() as first:
        await first.scalar(ONE)

    async with sessions() as second:
        assert 1 == await second.scalar(ONE)


@pytest.mark.parametrize(
    "options", [{"pool_size": 1, "max_overflow": 1, "pool_timeout": 0.02}], ids=["overflow"]
)
async def test_an_overflow_connection_is_opened_under_load_and_closed_on_return(
    sessions: Sessions,
) -> None:
    async with sessions() as first, sessions() as second:
        await first.scalar(ONE)
        await second.scalar(ONE)
        pool = first.get_bind().engine.pool

    assert isinstance(pool, AsyncAdaptedQueuePool)
    assert (0, 1) == (pool.checkedout(), pool.checkedin())


@pytest.mark.parametrize("options", [{"pool_pre_ping": True}], ids=["ping"])
async def test_sessions_work_as_ever_with_pre_ping(sessions: Sessions) -> None:
    for _ in range(2):
        async with sessions() as session:
            assert 1 == await session.scalar(ONE)


@on_servers
@pytest.mark.parametrize("options", [{"pool_pre_ping": True}], ids=["ping"])
async def test_pre_ping_replaces_a_connection_that_the_server_has_ended(sessions: Sessions) -> None:
    async with sessions() as killer:
        backend = (await killer.connection()).dialect.name
        async with sessions() as victim:
            number = await victim.scalar(text(OWN_NUMBER[backend]))
        await killer.execute(text(END[backend]), {"number": number})

    async with sessions() as first, sessions() as second:
        assert (1, 1) == (await first.scalar(ONE), await second.scalar(ONE))


async def test_the_statistics_count_what_sessions_hold(database_url: str) -> None:
    async with Database(database_url, pool_size=3) as database, database.session() as session:
        await session.scalar(ONE)

        assert PoolStatistics(size=3, checked_out=1, idle=0) == database.statistics()


async def test_an_engine_without_a_pool_is_kept_as_it_is(database_url: str) -> None:
    async with Database(database_url, poolclass=NullPool) as database:
        async with database.session() as session:
            assert 1 == await session.scalar(ONE)

        assert isinstance(database.engine.pool, NullPool)


async def test_a_database_takes_over_an_engine_with_its_options(database_url: str) -> None:
    engine = create_async_engine(database_url, pool_size=2)

    async with Database.from_engine(engine) as database, database.session() as session:
        assert 1 == await session.scalar(ONE)
        assert engine is database.engine


async def test_execution_options_of_the_engine_reach_the_connection(database_url: str) -> None:
    async with (
        Database(database_url, execution_options={"reader": "yes"}) as database,
        database.session() as session,
    ):
        options = await session.run_sync(lambda sync: sync.connection().get_execution_options())

    assert "yes" == options["reader"]
