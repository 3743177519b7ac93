"""The library that the patterns work on."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, Connection
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine

from taskbound import Database, TaskSession
from tests.patterns.prefilled import Prefilled, end_others, opened, prefilled
from tests.servers.databases import Databases


@pytest.fixture(scope="session")
def emptied_postgresql(postgresql_databases: Databases) -> Iterator[Connection]:
    """A connection to a PostgreSQL database for tests that want an empty one.

    A new database for each would cost 200 ms, ten times as much as all the rest of such a test.
    """
    with postgresql_databases.fresh() as url, opened(url) as connection:
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
            yield _address(url, driver)
    else:
        connection: Connection = request.getfixturevalue("emptied_postgresql")
        end_others(connection)
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
        yield _address(connection.engine.url, driver)


@pytest.fixture(scope="session")
def prefilled_postgresql(postgresql_databases: Databases) -> Iterator[Prefilled]:
    """The library on the PostgreSQL server of this run."""
    with postgresql_databases.fresh() as url, prefilled(url) as library:
        yield library


@pytest.fixture(scope="session")
def prefilled_mysql(mariadb_databases: Databases) -> Iterator[Prefilled]:
    """The library on the MariaDB server of this run."""
    with mariadb_databases.fresh() as url, prefilled(url) as library:
        yield library


@pytest.fixture(scope="session")
def prefilled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The library in a file of SQLite, to be copied."""
    file = tmp_path_factory.mktemp("library") / "library.sqlite"
    with prefilled(URL.create("sqlite", database=str(file))):
        return file


@pytest.fixture
def library_url(driver: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with the tables of the library and the books of `shelf`."""
    backend, _ = driver.split("+")
    if backend == "sqlite":
        copy = shutil.copy(request.getfixturevalue("prefilled_file"), tmp_path / "library.sqlite")
        return f"{driver}:///{copy}"
    library: Prefilled = request.getfixturevalue(f"prefilled_{backend}")
    library.bring_back()
    return _address(library.url, driver)


@pytest.fixture
async def library(library_url: str) -> AsyncIterator[Database]:
    """A `Database` on the library."""
    async with Database(library_url) as opened:
        yield opened


@pytest.fixture
async def session(library: Database) -> AsyncIterator[TaskSession]:
    """One session on the library."""
    async with library.session() as opened:
        yield opened


@pytest.fixture
async def own_sessions(library_url: str) -> AsyncIterator[async_sessionmaker[TaskSession]]:
    """The factory of a program with its own engine, which has only changed `class_`."""
    engine = create_async_engine(library_url)
    yield async_sessionmaker(engine, class_=TaskSession)
    await engine.dispose()


def _address(url: URL, driver: str) -> str:
    return url.set(drivername=driver).render_as_string(hide_password=False)
