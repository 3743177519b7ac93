"""The library that the patterns work on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker
from sqlalchemy.pool import NullPool

from taskbound import Database, TaskSession
from tests.patterns.models import Base, shelf
from tests.servers.databases import Databases

# A test that fails may leave sessions behind, and their locks.
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture(scope="session")
def patterns_postgresql(postgresql_databases: Databases) -> Iterator[Connection]:
    """A connection to the one PostgreSQL database of all patterns.

    A new database costs 200 ms, ten times as much as all the rest of such a test.
    """
    with postgresql_databases.fresh() as url:
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            yield connection


@pytest.fixture
def database_url(driver: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database that no other test uses at the same time."""
    backend, _ = driver.split("+")
    if backend == "sqlite":
        yield f"{driver}:///{tmp_path / 'database.sqlite'}"
    elif backend == "mysql":
        databases: Databases = request.getfixturevalue("mariadb_databases")
        with databases.fresh() as url:
            yield url.set(drivername=driver).render_as_string(hide_password=False)
    else:
        connection: Connection = request.getfixturevalue("patterns_postgresql")
        _empty(connection)
        url = connection.engine.url.set(drivername=driver)
        yield url.render_as_string(hide_password=False)


def _empty(connection: Connection) -> None:
    for statement in (END_OTHERS, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
        connection.exec_driver_sql(statement)


@pytest.fixture
async def library(database: Database) -> Database:
    """A `Database` with the tables of the library and the books of `shelf`."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add(shelf())
    return database


@pytest.fixture
async def session(library: Database) -> AsyncIterator[TaskSession]:
    """One session on the library."""
    async with library.session() as opened:
        yield opened


@pytest.fixture
async def own_sessions(engine: AsyncEngine) -> async_sessionmaker[TaskSession]:
    """The factory of a program with its own engine, which has only changed `class_`."""
    sessions = async_sessionmaker(engine, class_=TaskSession)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with sessions.begin() as session:
        session.add(shelf())
    return sessions
