"""A server that can be killed, and comes back on the same port with the same data.

The other servers of the tests may lose what they have acknowledged when they are killed, which saves time.
This one may not: what it has acknowledged is with the operating system, and a page that was half written
when it died is mended. It does not wait for the disk, so it would not survive the end of the machine.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import URL

from tests.servers import mariadb, postgresql
from tests.servers.account import unprivileged_account
from tests.servers.place import Place, fresh_place
from tests.servers.running import Order, Server, running

# Deadlocks are looked for after a second by default, and all who wait for their locks wait with them.
_POSTGRESQL = {"synchronous_commit": "on", "full_page_writes": "on", "deadlock_timeout": "50ms"}
_MARIADB = ["--innodb-flush-log-at-trx-commit=2", "--innodb-doublewrite=1"]


class Revivable:
    """One server. `revive()` starts it; `kill()` ends its processes as a crash would, with SIGKILL."""

    def __init__(self, order: Order, url: URL) -> None:
        self._order = order
        self._url = url
        self._starts = 0
        self._run = ExitStack()
        self._server: Server | None = None
        self._is_running = False

    @property
    def server(self) -> Server:
        """The server of before the last kill, or the one that runs."""
        assert self._server is not None
        return self._server

    def revive(self) -> None:
        """Start the server, and wait until it answers."""
        self._starts += 1
        # A keeper removes the folder of its server when that one has ended; the data is beside it.
        folder = self._order.place.folder / f"start{self._starts}"
        folder.mkdir()
        place = Place(folder, self._order.place.account)
        place.give(folder)
        self._server = self._run.enter_context(
            running(replace(self._order, place=place), self._url)
        )
        self._is_running = True

    def kill(self) -> None:
        """Kill the server and each of its children, none of which can do anything about it."""
        process = self.server.process
        if process is None or not self._is_running:
            return
        self._is_running = False
        with contextlib.suppress(ProcessLookupError):
            # A process that is stopped has no more children, who would keep its data from the next one.
            os.kill(process, signal.SIGSTOP)
        for member in [process, *_children(process)]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(member, signal.SIGKILL)
        self._run.close()


@contextmanager
def revivable(backend: str) -> Iterator[Revivable]:
    """A running server of a kind, by SQLAlchemy's name of it: `postgresql` or `mysql`.

    :raises EngineMissing: where there is no such server here.
    """
    place = fresh_place(unprivileged_account())
    try:
        made = Revivable(*_initialised(backend, place))
        made.revive()
        try:
            yield made
        finally:
            # Nobody needs its data any more.
            made.kill()
    finally:
        place.remove()


def _initialised(backend: str, place: Place) -> tuple[Order, URL]:
    if backend == "postgresql":
        return postgresql.initialised(place, **_POSTGRESQL)
    return mariadb.initialised(place, *_MARIADB)


def _children(process: int) -> list[int]:
    """The processes that a process has started. Linux alone says so in files."""
    return [
        int(stat.parent.name)
        for stat in Path("/proc").glob("[0-9]*/stat")
        if _parent(stat) == process
    ]


def _parent(stat: Path) -> int | None:
    try:
        # The name of the program, in parentheses, may hold anything.
        return int(stat.read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None
