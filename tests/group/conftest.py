"""Two people in a database of each engine, which tests may write to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from taskbound import Database
from tests.group.people import Base, begin_anew
from tests.servers.databases import Databases


@pytest.fixture(scope="session")
def people_postgresql(postgresql_databases: Databases) -> Iterator[URL]:
    """A database on the PostgreSQL server of this run."""
    with postgresql_databases.fresh() as url:
        yield url


@pytest.fixture(scope="session")
def people_mysql(mariadb_databases: Databases) -> Iterator[URL]:
    """A database on the MariaDB server of this run."""
    with mariadb_databases.fresh() as url:
        yield url


@pytest.fixture
def people_url(driver: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with Ada and Grace in it, whatever tests before have written."""
    backend, _ = driver.split("+")
    if backend == "sqlite":
        url = URL.create("sqlite", database=str(tmp_path / "people.sqlite"))
    else:
        url = request.getfixturevalue(f"people_{backend}")
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        Base.metadata.create_all(connection)
        begin_anew(connection)
    return url.set(drivername=driver).render_as_string(hide_password=False)


@pytest.fixture
async def people(people_url: str) -> AsyncIterator[Database]:
    """A `Database` on the people, with four connections."""
    async with Database(people_url, pool_size=4, pool_timeout=5) as opened:
        yield opened


@pytest.fixture
async def local(tmp_path: Path) -> AsyncIterator[Database]:
    """The people on SQLite, for what no driver can change."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'people.sqlite'}"
    async with Database(url, pool_size=4, pool_timeout=5) as opened:
        async with opened.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            await connection.run_sync(begin_anew)
        yield opened
