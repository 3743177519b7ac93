"""What a server knows of a database's clients, and how it ends one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

# The synchronous drivers, which see nothing of what befalls the event loop.
_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}

_SESSIONS = {
    "postgresql": text(
        "SELECT count(*), count(*) FILTER (WHERE state = 'active'),"
        " count(*) FILTER (WHERE state LIKE 'idle in transaction%')"
        " FROM pg_stat_activity WHERE datname = current_database()"
        " AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
    ),
    "mysql": text(
        "SELECT count(*), coalesce(sum(command = 'Query'), 0),"
        " (SELECT count(*) FROM information_schema.innodb_trx t JOIN information_schema.processlist q"
        " ON t.trx_mysql_thread_id = q.id WHERE q.db = database())"
        " FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
    ),
}

# Those that are at work first: there it hurts.
_TERMINATE = text(
    "SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend'"
    " AND pid <> pg_backend_pid() ORDER BY state = 'idle', random() LIMIT 1) AS chosen"
)
_VICTIM = text(
    "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
    " ORDER BY command = 'Sleep', rand() LIMIT 1"
)
_KILL = text("KILL :session")


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of a database at one moment, without the one that asks."""

    open: int = 0
    running: int = 0
    in_transaction: int = 0


@contextmanager
def looking_at(url: URL) -> Iterator[Connection]:
    """A connection of its own to look at the server with."""
    engine = create_engine(
        url.set(drivername=_DRIVERS[url.get_backend_name()]),
        isolation_level="AUTOCOMMIT",
        poolclass=NullPool,
    )
    with engine.connect() as connection:
        yield connection


def sessions(url: URL) -> Sessions:
    """What the server knows of the database's sessions. Nothing for SQLite, which has no server."""
    backend = url.get_backend_name()
    if backend == "sqlite":
        return Sessions()
    with looking_at(url) as connection:
        row = connection.execute(_SESSIONS[backend]).one()
        return Sessions(*(int(number) for number in row))


def kill_one(url: URL) -> bool:
    """End one session of the database, as an administrator does. False where there was none."""
    with looking_at(url) as connection:
        if url.get_backend_name() == "postgresql":
            return bool(connection.scalar(_TERMINATE))
        victim = connection.scalar(_VICTIM)
        # It may have ended by itself meanwhile.
        with suppress(DBAPIError):
            connection.execute(_KILL, {"session": victim})
            return victim is not None
    return False


def new_database(url: URL, name: str) -> URL:
    """A new, empty database beside the one of a URL; it has the URL's driver."""
    with looking_at(url) as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    return url.set(database=name)
