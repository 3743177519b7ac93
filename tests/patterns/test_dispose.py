"""The end of a program: connections are closed, and nothing is left open."""

from __future__ import annotations

import asyncio

from sqlalchemy import literal, select
from sqlalchemy.ext.asyncio import close_all_sessions, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import greenlet_spawn

from taskbound import Database

ONE = select(literal(1))


async def test_the_block_of_a_database_disposes_at_its_end(database_url: str) -> None:
    async with Database(database_url) as database:
        async with database.session() as session:
            await session.scalar(ONE)
        during = database.statistics().idle

    assert (1, 0) == (during, database.statistics().idle)


async def test_dispose_closes_idle_connections(database: Database) -> None:
    async with database.session() as session:
        await session.scalar(ONE)

    await database.dispose()

    assert 0 == database.statistics().idle


async def test_a_disposed_database_opens_again_when_it_is_used(database: Database) -> None:
    await database.dispose()
    await database.dispose()

    async with database.session() as session:
        assert 1 == await session.scalar(ONE)


async def test_a_session_that_outlives_dispose_goes_on(database: Database) -> None:
    pool = database.engine.pool
    async with database.session() as session:
        await session.scalar(ONE)
        await database.dispose()

        assert 1 == await session.scalar(ONE)
    await greenlet_spawn(pool.dispose)


async def test_a_connection_that_comes_back_after_dispose_is_closed(database: Database) -> None:
    pool = database.engine.pool
    async with database.session() as session:
        await session.scalar(ONE)
        await database.dispose()

    assert isinstance(pool, AsyncAdaptedQueuePool)
    kept = pool.checkedin()
    # Else the garbage collector would find them, in another test.
    await greenlet_spawn(pool.dispose)
    assert 0 == kept


async def test_close_all_sessions_closes_every_session(database: Database) -> None:
    async with database.session() as first, database.session() as second:
        await first.scalar(ONE)
        await second.scalar(ONE)
        await close_all_sessions()

        assert 0 == database.statistics().checked_out


async def test_the_database_of_an_own_engine_disposes_of_it(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with Database.from_engine(engine) as database:
        async with database.session() as session:
            await session.scalar(ONE)
        pool = engine.pool

    assert pool is not engine.pool


def test_a_program_runs_and_ends_in_one_event_loop(database_url: str) -> None:
    async def main() -> int | None:
        async with Database(database_url) as database, database.session() as session:
            return await session.scalar(ONE)

    assert 1 == asyncio.run(main())


def test_a_database_made_at_import_serves_one_event_loop_after_another(database_url: str) -> None:
    database = Database(database_url)

    async def main() -> int | None:
        async with database, database.session() as session:
            return await session.scalar(ONE)

    assert [1, 1] == [asyncio.run(main()), asyncio.run(main())]
