"""The database that is written to: what the contenders leave in it, and how it becomes what it was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    String,
    cast,
    create_engine,
    delete,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.pool import NullPool

from bench.models import Base, Customer, Event, Line, Order
from bench.seed import CUSTOMERS, LINES_OF_AN_ORDER, ORDERS, fill

# How each engine is reached without asyncio: this is never inside what is timed.
_DRIVERS = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql", "sqlite": "sqlite"}
_STATUS = "placed"

# The tables that grow, with the last row that stays; children before what they refer to.
_GROWING: tuple[tuple[type[Any], int], ...] = (
    (Line, ORDERS * LINES_OF_AN_ORDER),
    (Order, ORDERS),
    (Customer, CUSTOMERS),
)

# What lets the next turn meet tables without the remains of the one before.
_SWEPT = {
    "postgresql": ["VACUUM customers, orders, order_lines, events"],
    "sqlite": ["PRAGMA wal_checkpoint(TRUNCATE)"],
    "mysql": [],
}


class Writable:
    """A database that all contenders write to, over a connection of its own."""

    def __init__(self, url: URL) -> None:
        self._backend = url.get_backend_name()
        plain = url.set(drivername=_DRIVERS[self._backend])
        self._engine = create_engine(plain, poolclass=NullPool)
        self._each = self._engine.execution_options(isolation_level="AUTOCOMMIT")

    def fill(self) -> None:
        """Make the tables, with the rows that are there before a turn."""
        with self._engine.connect() as connection:
            if self._backend == "sqlite":
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            fill(connection, measurements=1)
        with self._engine.connect() as connection:
            connection.execute(update(Order).values(status=_STATUS))
            if self._backend == "postgresql":
                _count_on(connection)
            connection.commit()
        self.restore()

    def restore(self) -> None:
        """Take away what was written, and put back what was changed."""
        with self._each.connect() as connection:
            for model, last in _GROWING:
                connection.execute(delete(model).where(model.id > last))
            connection.execute(update(Order).where(Order.status != _STATUS).values(status=_STATUS))
            connection.execute(
                update(Customer).where(Customer.name != _SEEDED).values(name=_SEEDED)
            )
            self._empty_events(connection)
            for statement in _SWEPT[self._backend]:
                connection.exec_driver_sql(statement)

    def content(self) -> dict[str, list[dict[str, Any]]]:
        """What was written, without the keys that the database has given."""
        with self._engine.connect() as connection:
            return {
                "customers": _rows(connection, select(Customer.name, Customer.email)),
                "orders": _rows(connection, _ORDERS),
                "lines": _rows(connection, _LINES),
                "events": _rows(connection, _EVENTS),
            }

    def _empty_events(self, connection: Connection) -> None:
        # SQLite empties a table at once where a DELETE has no condition.
        verb = "DELETE FROM" if self._backend == "sqlite" else "TRUNCATE TABLE"
        connection.exec_driver_sql(f"{verb} {Event.__tablename__}")


# The name that `seed.py` gives to a customer.
_SEEDED = literal("Customer ") + cast(Customer.id, String(10))

_ORDERS = select(Order.customer_id, Order.status, Order.placed_at, Order.total)
_LINES = (
    select(Order.placed_at, Line.product_id, Line.quantity, Line.price)
    .join(Order.lines)
    .where(Line.order_id > ORDERS)
)
_EVENTS = select(Event.kind, Event.product_id, Event.amount, Event.happened_at)


def _rows(connection: Connection, statement: Any) -> list[dict[str, Any]]:
    """The rows of a statement, in an order that their content gives."""
    return sorted((dict(row) for row in connection.execute(statement).mappings()), key=repr)


def _count_on(connection: Connection) -> None:
    """Have the sequences of PostgreSQL go on after the rows that were given their keys."""
    for table in Base.metadata.tables:
        counted = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        connection.execute(text(counted))
