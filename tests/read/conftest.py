"""The shop that is read from."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from taskbound import Database, TaskSession
from tests.read.models import Base, fill
from tests.servers.databases import Databases


@pytest.fixture(scope="session")
def filled_postgresql(postgresql_databases: Databases) -> Iterator[URL]:
    """The shop on the PostgreSQL server of this run; no test commits anything to it."""
    with postgresql_databases.fresh() as url:
        yield _filled(url)


@pytest.fixture(scope="session")
def filled_mysql(mariadb_databases: Databases) -> Iterator[URL]:
    """The shop on the MariaDB server of this run; no test commits anything to it."""
    with mariadb_databases.fresh() as url:
        yield _filled(url)


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop in a file of SQLite, to be copied."""
    file = tmp_path_factory.mktemp("shop") / "shop.sqlite"
    _filled(URL.create("sqlite", database=str(file)))
    return file


@pytest.fixture
def shop_url(driver: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a shop that nothing is committed to."""
    backend, _ = driver.split("+")
    if backend == "sqlite":
        copy = shutil.copy(request.getfixturevalue("filled_file"), tmp_path / "shop.sqlite")
        return f"{driver}:///{copy}"
    url: URL = request.getfixturevalue(f"filled_{backend}")
    return url.set(drivername=driver).render_as_string(hide_password=False)


@pytest.fixture
async def shop(shop_url: str) -> AsyncIterator[Database]:
    """A `Database` on the shop."""
    async with Database(shop_url) as opened:
        yield opened
        assert opened.statistics().checked_out == 0


@pytest.fixture
async def one_connection(shop_url: str) -> AsyncIterator[Database]:
    """A `Database` on the shop with a single connection: a second one would have to wait."""
    async with Database(shop_url, pool_size=1, pool_timeout=0.5) as opened:
        yield opened
        assert opened.statistics().checked_out == 0


@pytest.fixture
async def session(shop: Database) -> AsyncIterator[TaskSession]:
    """One session on the shop."""
    async with shop.session() as opened:
        yield opened


@pytest.fixture(params=["database", "session", "transaction"])
async def project(request: pytest.FixtureRequest, shop: Database) -> AsyncIterator[Any]:
    """`project` of a database, of a session, and of a session in a transaction."""
    if request.param == "database":
        yield shop.project
        return
    async with shop.session() as opened:
        if request.param == "transaction":
            await opened.connection()
        yield opened.project


Project = Callable[..., Any]


def _filled(url: URL) -> URL:
    engine = create_engine(url, poolclass=NullPool)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        fill(session)
        session.commit()
    return url
