"""One fresh, empty database for each test.

To create a PostgreSQL database is to copy some 300 files, which costs 10 ms on a good disk and
200 ms on a bad one; to empty one that a test has used costs 6 ms on either. So a used database is
emptied for the next test, and all are dropped at the end. MariaDB's are one empty folder each.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import URL, Connection, create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.servers.running import Server

# A copy of the template's files costs a fifth of writing it to the log, which is the default.
CREATE = {
    "postgresql": "CREATE DATABASE {name} TEMPLATE template0 STRATEGY file_copy",
    "mysql": "CREATE DATABASE {name} CHARACTER SET utf8mb4",
}

DROP = {
    "postgresql": "DROP DATABASE {name} WITH (FORCE)",
    "mysql": "DROP DATABASE {name}",
}

# A connection that a test left open may hold locks.
DISCONNECT = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

CONNECTED = text("SELECT id FROM information_schema.processlist WHERE db = :database")
KILL = text("KILL :session")

# Everything lies in schemas, so an empty database is one without any but an empty `public`.
EMPTY = text("""\
DO $$
DECLARE
    schema name;
BEGIN
    SET LOCAL client_min_messages = warning;
    FOR schema IN
        SELECT nspname FROM pg_namespace
        WHERE nspname <> 'information_schema' AND NOT starts_with(nspname, 'pg_')
    LOOP
        EXECUTE 'DROP SCHEMA ' || quote_ident(schema) || ' CASCADE';
    END LOOP;
    CREATE SCHEMA public AUTHORIZATION pg_database_owner;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
END
$$""")


@dataclass(frozen=True)
class Databases:
    """Makes and drops databases over one administrative connection to `server`."""

    server: Server
    connection: Connection
    _emptied: list[URL] = field(default_factory=list)

    @contextmanager
    def fresh(self) -> Iterator[URL]:
        """The address of an empty database that nobody else has until the block ends."""
        url = self._emptied.pop() if self._emptied else self._created()
        try:
            yield url
        finally:
            self._give_back(url)

    def close(self) -> None:
        """Drop what is left."""
        while self._emptied:
            self._run(DROP, self._emptied.pop())

    def _created(self) -> URL:
        url = self.server.url.set(database=f"taskbound_{secrets.token_hex(8)}")
        self._run(CREATE, url)
        return url

    def _give_back(self, url: URL) -> None:
        if url.get_backend_name() == "postgresql":
            _empty(url)
            self._emptied.append(url)
        else:
            self._disconnect(url)
            self._run(DROP, url)

    def _disconnect(self, url: URL) -> None:
        """End the connections that a test left open: DROP would wait for their locks for ever."""
        for (session,) in self.connection.execute(CONNECTED, {"database": url.database}).all():
            # One that has ended by itself meanwhile is no error.
            with suppress(OperationalError):
                self.connection.execute(KILL, {"session": session})

    def _run(self, statements: dict[str, str], url: URL) -> None:
        quote = self.connection.dialect.identifier_preparer.quote
        statement = statements[url.get_backend_name()]
        self.connection.exec_driver_sql(statement.format(name=quote(url.database or "")))


@contextmanager
def administered(server: Server) -> Iterator[Databases]:
    """`Databases` on `server`, for as long as the block lasts."""
    engine = create_engine(server.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        databases = Databases(server, connection)
        try:
            yield databases
        finally:
            databases.close()


def _empty(url: URL) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(DISCONNECT)
        connection.execute(EMPTY)
