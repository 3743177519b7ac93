"""Where the databases come from: the servers of the tests, filled once for a run."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Self

from sqlalchemy import URL, create_engine
from sqlalchemy.pool import NullPool

from bench.seed import fill
from bench.writable import Writable
from tests.servers.databases import Databases, administered
from tests.servers.mariadb import mariadb
from tests.servers.place import CACHE
from tests.servers.postgresql import postgresql

# The drivers that are measured, by the name that SQLAlchemy has for each.
DRIVERS = {
    "asyncpg": "postgresql+asyncpg",
    "psycopg": "postgresql+psycopg",
    "aiosqlite": "sqlite+aiosqlite",
    "aiomysql": "mysql+aiomysql",
    "asyncmy": "mysql+asyncmy",
}

# Where files are no more than memory: what a disk takes to sync is no property of who writes.
_NO_DISK = Path("/dev/shm")  # noqa: S108  # a folder of its own is made in it

_SERVERS = {"postgresql": postgresql, "mysql": mariadb}


class Servers:
    """The servers of one run, each started when it is first asked for.

    measurements: rows of the table that is streamed.
    """

    def __init__(self, *, measurements: int) -> None:
        self._measurements = measurements
        self._running = ExitStack()
        self._databases: dict[str, Databases] = {}
        self._processes: dict[str, int | None] = {}
        self._filled: dict[str, URL] = {}
        self._writable: dict[str, URL] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def filled(self, driver: str) -> URL:
        """The address of the database with the rows of `seed.py`, to be read by `driver`."""
        url = self._of_backend(driver)
        return url.set(drivername=DRIVERS[driver])

    def writable(self, driver: str) -> URL:
        """The address of a database of its own with much the same rows, to be written to by `driver`."""
        backend, _ = DRIVERS[driver].split("+")
        if backend not in self._writable:
            url = self._fresh(backend, written=True)
            Writable(url).fill()
            self._writable[backend] = url
        return self._writable[backend].set(drivername=DRIVERS[driver])

    def empty(self, driver: str) -> URL:
        """The address of an empty database of its own."""
        backend, _ = DRIVERS[driver].split("+")
        return self._fresh(backend).set(drivername=DRIVERS[driver])

    def process(self, driver: str) -> int | None:
        """The server's process; None where there is none, or where it is not ours."""
        backend, _ = DRIVERS[driver].split("+")
        return self._processes.get(backend)

    def _of_backend(self, driver: str) -> URL:
        backend, _ = DRIVERS[driver].split("+")
        if backend not in self._filled:
            url = self._fresh(backend)
            _fill(url, self._measurements)
            self._filled[backend] = url
        return self._filled[backend]

    def _fresh(self, backend: str, *, written: bool = False) -> URL:
        if backend == "sqlite":
            folder = self._folder(_NO_DISK if written and _NO_DISK.is_dir() else CACHE / "tmp")
            return URL.create("sqlite", database=str(folder / "bench.sqlite"))
        if backend not in self._databases:
            server = self._running.enter_context(_SERVERS[backend]())
            self._processes[backend] = server.process
            self._databases[backend] = self._running.enter_context(administered(server))
        return self._running.enter_context(self._databases[backend].fresh())

    def _folder(self, within: Path) -> Path:
        within.mkdir(parents=True, exist_ok=True)
        return Path(self._running.enter_context(tempfile.TemporaryDirectory(dir=within)))


def _fill(url: URL, measurements: int) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        if url.get_backend_name() == "sqlite":
            connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        fill(connection, measurements=measurements)
    engine.dispose()
