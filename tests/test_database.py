"""`Database`: sessions, transactions, health, and the end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, func, inspect, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from taskbound import (
    Database,
    DatabaseUnavailable,
    ExpiringTaskSession,
    ForeignLoop,
    LostWrites,
    PoolStatistics,
    TaskSession,
)
from tests.library import Author, Base

COUNT = select(func.count()).select_from(Author)


async def tables(database: Database) -> list[str]:
    async with database.engine.connect() as connection:
        return await connection.run_sync(lambda sync: inspect(sync).get_table_names())


async def test_begin_commits_at_the_end_of_the_block(database: Database) -> None:
    await database.create_all(Base.metadata)

    async with database.begin() as session:
        session.add(Author(name="Ada"))

    async with database.session() as later:
        assert await later.scalar(COUNT) == 1
    assert database.statistics().checked_out == 0


async def test_begin_rolls_back_when_the_block_raises(database: Database) -> None:
    await database.create_all(Base.metadata)

    with pytest.raises(LookupError):
        async with database.begin() as session:
            session.add(Author(name="Ada"))
            await session.flush()
            raise LookupError

    async with database.session() as later:
        assert await later.scalar(COUNT) == 0
    assert database.statistics().checked_out == 0


async def test_what_a_session_does_not_commit_is_rolled_back(database: Database) -> None:
    await database.create_all(Base.metadata)

    with pytest.raises(LostWrites):
        async with database.session() as session:
            session.add(Author(name="Ada"))
            await session.flush()

    async with database.session() as later:
        assert await later.scalar(COUNT) == 0


async def test_tables_are_created_and_dropped(database: Database) -> None:
    await database.create_all(Base.metadata)
    created = await tables(database)
    await database.drop_all(Base.metadata)

    assert sorted(created) == ["author", "book", "document", "letter", "review"]
    assert await tables(database) == []


async def test_leaving_the_block_closes_every_connection(database_url: str) -> None:
    closed: list[object] = []
    async with Database(database_url) as database:
        event.listen(database.engine.sync_engine, "close", lambda raw, _: closed.append(raw))
        async with database.session() as session:
            await session.scalar(select(1))
        idle = database.statistics()

    assert idle == PoolStatistics(size=10, checked_out=0, idle=1)
    assert len(closed) == 1
    assert database.statistics().idle == 0


async def test_a_disposed_database_can_be_used_again(database: Database) -> None:
    await database.dispose()

    async with database.session() as session:
        assert await session.scalar(select(1)) == 1


async def test_a_check_tells_the_seconds_of_a_round_trip(database: Database) -> None:
    seconds = await database.check()

    assert 0 < seconds < 5
    assert database.statistics().checked_out == 0


async def test_a_check_begins_no_transaction(database: Database) -> None:
    begun: list[object] = []
    event.listen(database.engine.sync_engine, "begin", begun.append)

    await database.check()

    assert begun == []


@pytest.mark.parametrize(
    "driver_name",
    ["postgresql+asyncpg", "postgresql+psycopg", "mysql+aiomysql", "mysql+asyncmy"],
)
async def test_a_check_of_a_server_that_is_away_hides_the_password(driver_name: str) -> None:
    # Port 1 is reserved and nothing listens there.
    async with Database(f"{driver_name}://shop:secret@127.0.0.1:1/shop") as database:
        with pytest.raises(DatabaseUnavailable) as caught:
            await database.check()

    message = str(caught.value)
    assert message.startswith(f"{driver_name}://shop:***@127.0.0.1:1/shop does not answer: ")
    assert message.endswith(
        "; check that the server runs and is reachable (TB404, docs/errors/TB404.md)"
    )
    assert "secret" not in message


async def test_a_check_gives_up_after_its_timeout(database_url: str) -> None:
    async with Database(database_url, pool_size=1) as database, database.session() as holder:
        await holder.scalar(select(1))
        with pytest.raises(DatabaseUnavailable) as caught:
            await database.check(timeout=0.05)

    assert caught.value.reason == "no answer within 0.05 s"


async def test_a_check_from_a_foreign_loop_is_a_mistake_and_no_outage(database: Database) -> None:
    await database.check()

    with pytest.raises(ForeignLoop):
        await asyncio.to_thread(asyncio.run, database.check())


def test_the_password_shows_nowhere() -> None:
    database = Database("postgresql+asyncpg://shop:secret@127.0.0.1/shop")

    assert repr(database) == "Database('postgresql+asyncpg://shop:***@127.0.0.1/shop')"
    assert "secret" not in repr(database.engine)


async def test_an_engine_of_the_users_own_is_adopted(database_url: str) -> None:
    engine = create_async_engine(database_url)
    async with Database.from_engine(engine) as database:
        async with database.session() as session:
            assert await session.scalar(select(1)) == 1

        assert database.engine is engine


async def test_a_factory_of_the_users_own_makes_task_sessions(database_url: str) -> None:
    engine = create_async_engine(database_url)
    sessions = async_sessionmaker(engine, class_=TaskSession)
    expiring = async_sessionmaker(engine, class_=ExpiringTaskSession)

    assert isinstance(sessions(), TaskSession)
    assert not sessions().sync_session.expire_on_commit
    assert expiring().sync_session.expire_on_commit
    await engine.dispose()


async def test_expire_on_commit_is_heard_where_it_is_asked_for(database: Database) -> None:
    asked = database.session(expire_on_commit=True)
    direct = TaskSession(database.engine, expire_on_commit=True)

    assert asked.sync_session.expire_on_commit
    assert direct.sync_session.expire_on_commit
    assert not database.session().sync_session.expire_on_commit


def test_a_synchronous_engine_is_refused() -> None:
    engine: Any = create_engine("sqlite://")
    with pytest.raises(TypeError) as caught:
        Database.from_engine(engine)

    assert str(caught.value) == (
        "from_engine() takes an AsyncEngine, not Engine: make it with create_async_engine()"
    )


async def test_a_check_of_a_file_that_cannot_be_opened_names_the_folder(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/nowhere/shop.db"
    async with Database(url) as database:
        with pytest.raises(DatabaseUnavailable) as caught:
            await database.check()

    assert str(caught.value) == (
        f"{url} does not answer: unable to open database file; check that the folder exists and "
        "can be written (TB404, docs/errors/TB404.md)"
    )
