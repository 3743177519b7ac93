"""Fixtures that give each test an empty database on each engine, and a browser.

Nothing is started before a test asks for it: a run of the SQLite tests alone starts no server.
"""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Page, async_playwright
from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from tests.servers.chromium import FLAGS, Chromium, chromium
from tests.servers.databases import Databases, administered
from tests.servers.mariadb import mariadb
from tests.servers.missing import EngineMissing
from tests.servers.place import CACHE
from tests.servers.postgresql import postgresql
from tests.servers.running import Server

if TYPE_CHECKING:
    from taskbound import Database

# Each async driver by the name that `--engine` and the tests' ids have for it.
DRIVERS = {
    "aiosqlite": "sqlite+aiosqlite",
    "asyncpg": "postgresql+asyncpg",
    "psycopg": "postgresql+psycopg",
    "aiomysql": "mysql+aiomysql",
    "asyncmy": "mysql+asyncmy",
}

# The fixture that holds the server of each SQLAlchemy backend.
SERVERS = {"postgresql": "postgresql_databases", "mysql": "mariadb_databases"}

MISSING = pytest.StashKey[dict[str, EngineMissing]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        action="append",
        choices=list(DRIVERS),
        help="run tests of a database on this driver only; may be given several times",
    )
    parser.addoption(
        "--only-engine",
        action="store_true",
        help="leave out the tests that are the same on every driver",
    )


def pytest_configure(config: pytest.Config) -> None:
    # SQLite databases "in memory" are temporary files: they stay inside the project, too.
    temporary = CACHE / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    tempfile.tempdir = str(temporary)
    config.stash[MISSING] = {}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chosen = config.getoption("engine")
    if not chosen:
        return
    kept: set[str | None] = {DRIVERS[name] for name in chosen}
    if not config.getoption("only_engine"):
        kept.add(None)
    config.hook.pytest_deselected(items=[item for item in items if _driver_of(item) not in kept])
    items[:] = [item for item in items if _driver_of(item) in kept]


def _driver_of(item: pytest.Item) -> str | None:
    call = getattr(item, "callspec", None)
    return call.params.get("driver") if call else None


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for missing in config.stash[MISSING].values():
        terminalreporter.write_line(f"{missing} (its tests did not run)", yellow=True)


@pytest.fixture(autouse=True)
def _nothing_was_found_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the guard tell what it sees as for the first time, and to nobody of an earlier test."""
    # Imported here, as below: lines that run at an import are counted only once tests run.
    from taskbound import events
    from taskbound.guard.report import forget

    forget()
    monkeypatch.setattr(events, "_listeners", ())


@pytest.fixture(params=[pytest.param(driver, id=name) for name, driver in DRIVERS.items()])
def driver(request: pytest.FixtureRequest) -> str:
    """SQLAlchemy's name of the dialect and async driver that this test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(driver: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address, password and all, of an empty database that only this test has."""
    backend, _ = driver.split("+")
    if backend == "sqlite":
        file = URL.create(driver, database=str(tmp_path / "database.sqlite"))
        yield file.render_as_string(hide_password=False)
        return
    databases: Databases = request.getfixturevalue(SERVERS[backend])
    with databases.fresh() as url:
        yield url.set(drivername=driver).render_as_string(hide_password=False)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A `Database` on the test's own empty database, disposed afterwards."""
    from taskbound import Database

    async with Database(database_url) as opened:
        yield opened


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    """SQLAlchemy's own engine on the test's own empty database, disposed afterwards."""
    plain = create_async_engine(database_url)
    yield plain
    await plain.dispose()


@pytest.fixture(scope="session")
def postgresql_databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The PostgreSQL server of this run."""
    yield from _databases(request, postgresql())


@pytest.fixture(scope="session")
def mariadb_databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """The MariaDB server of this run."""
    yield from _databases(request, mariadb())


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Chromium:
    """The Chromium of this run, not yet started."""
    with needed(request):
        return chromium(tmp_path_factory.mktemp("chromium"))


@pytest.fixture
async def browser_page(browser: Chromium, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Page]:
    """An empty page in a headless Chromium of its own."""
    # Playwright's driver takes its environment from ours, and hands it on to the browser.
    for name, value in browser.environment.items():
        monkeypatch.setenv(name, value)
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=browser.program, args=FLAGS)
        yield await started.new_page()
        await started.close()


def _databases(
    request: pytest.FixtureRequest, server: AbstractContextManager[Server]
) -> Iterator[Databases]:
    with needed(request), server as started, administered(started) as databases:
        yield databases


@contextmanager
def needed(request: pytest.FixtureRequest) -> Iterator[None]:
    """Where an engine is missing fail in CI, where nothing is left out; elsewhere skip."""
    try:
        yield
    except EngineMissing as missing:
        request.config.stash[MISSING][missing.engine] = missing
        if os.environ.get("CI"):
            raise pytest.fail.Exception(str(missing), pytrace=False) from None
        raise pytest.skip.Exception(str(missing)) from None


def pytest_collection_finish() -> None:
    """Keep what lives as long as the run out of each collection of garbage."""
    gc.collect()
    gc.freeze()
