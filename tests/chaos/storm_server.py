"""What a storm looks at: the sessions of a database on its server, and how a server is made to hang."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.pool import NullPool

# Seconds after which a server that was made to hang goes on by itself.
LONGEST_HANG = 12.0

# Sessions, those whose statement runs, and those in a transaction.
_POSTGRESQL = text(
    "SELECT count(*), count(*) FILTER (WHERE state = 'active'),"
    " count(*) FILTER (WHERE state LIKE 'idle in transaction%')"
    " FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
_MARIADB = text(
    "SELECT count(*), coalesce(sum(command = 'Query'), 0),"
    " (SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist q"
    " ON t.trx_mysql_thread_id = q.id WHERE q.db = database())"
    " FROM information_schema.processlist p WHERE db = database() AND id <> connection_id()"
)
# The synchronous drivers, which see nothing of what the storm does to its event loop.
_LOOKING = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}


@dataclass(frozen=True)
class Sessions:
    """What the server knows of a database at one moment, without the one who asks."""

    open: int = 0
    running: int = 0
    in_transaction: int = 0


@contextmanager
def looking_at(url: URL) -> Iterator[Connection]:
    """A connection of its own to look at the server with."""
    drivername = _LOOKING.get(url.get_backend_name(), "sqlite")
    engine = create_engine(
        url.set(drivername=drivername), poolclass=NullPool, isolation_level="AUTOCOMMIT"
    )
    with engine.connect() as connection:
        yield connection


def sessions(url: URL) -> Sessions:
    """What the server knows of the database. Nothing for SQLite, which has no server."""
    if url.get_backend_name() == "sqlite":
        return Sessions()
    with looking_at(url) as connection:
        statement = _POSTGRESQL if url.get_backend_name() == "postgresql" else _MARIADB
        return Sessions(*(int(number) for number in connection.execute(statement).one()))


@contextmanager
def frozen(process: int) -> Iterator[None]:
    """The server with all its children stopped, so that it takes connections and answers nothing."""
    stopped = [process]
    # Also where what hangs with it would hang for ever.
    end = threading.Timer(LONGEST_HANG, _resume, (stopped,))
    end.start()
    os.kill(process, signal.SIGSTOP)
    try:
        for child in _children(process):
            os.kill(child, signal.SIGSTOP)
            stopped.append(child)
        yield
    finally:
        end.cancel()
        _resume(stopped)


def _resume(stopped: list[int]) -> None:
    while stopped:
        with suppress(ProcessLookupError):
            os.kill(stopped.pop(), signal.SIGCONT)


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listed.read_text(encoding="ascii").split()]
