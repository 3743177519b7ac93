"""The library of `shelf` in a database of each server, brought back to its first state.

To make the tables and fill them for each test would take most of the time of the patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Table, create_engine, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from tests.patterns.models import Base, shelf

TABLES = Base.metadata.sorted_tables

# What ends the connections that a failed test has left open, with their locks.
OTHERS = {
    "postgresql": "SELECT pid FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()",
    "mysql": "SELECT id FROM information_schema.processlist "
    "WHERE db = database() AND id <> connection_id()",
}
END = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}

# What makes the next key of a table the one after those that are in it.
RESTART = {
    "postgresql": "SELECT setval('{table}_id_seq', {last} + 1, false)",
    "mysql": "ALTER TABLE {table} AUTO_INCREMENT = {last}",
}


@dataclass(frozen=True)
class Prefilled:
    """A database with the tables of the library, whose first rows can be brought back."""

    connection: Connection
    rows: dict[Table, list[dict[str, Any]]]

    @property
    def url(self) -> URL:
        """The address of the database, by its synchronous driver."""
        return self.connection.engine.url

    def bring_back(self) -> None:
        """Make the database what it was when it was filled."""
        end_others(self.connection)
        for table in reversed(TABLES):
            self.connection.execute(table.delete())
        for table, rows in self.rows.items():
            if rows:
                self.connection.execute(insert(table), rows)
            if "id" in table.c:
                self._restart(table, last=len(rows))

    def _restart(self, table: Table, *, last: int) -> None:
        statement = RESTART[self.connection.dialect.name]
        self.connection.exec_driver_sql(statement.format(table=table.name, last=last))


@contextmanager
def prefilled(url: URL) -> Iterator[Prefilled]:
    """The library in the empty database at `url`, with a connection that stays open."""
    with opened(url) as connection:
        rows = fill(connection)
        yield Prefilled(connection, rows)


@contextmanager
def opened(url: URL) -> Iterator[Connection]:
    """A connection of its own, whose statements are committed one by one."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def fill(connection: Connection) -> dict[Table, list[dict[str, Any]]]:
    """Make the tables, put the shelf into them, and return the rows that this has written."""
    Base.metadata.create_all(connection)
    with Session(connection) as session:
        session.add(shelf())
        session.commit()
    return {table: _rows(connection, table) for table in TABLES}


def end_others(connection: Connection) -> None:
    """End every other connection to the same database."""
    backend = connection.dialect.name
    for number in connection.exec_driver_sql(OTHERS[backend]).scalars().all():
        # MariaDB complains about one that has ended by itself in the meantime.
        with suppress(OperationalError):
            connection.exec_driver_sql(END[backend].format(number))


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]
