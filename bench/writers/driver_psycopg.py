"""psycopg by hand: a statement a write, and COPY."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from operator import attrgetter
from typing import Any

from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from bench.dtos import in_msgspec as dtos
from bench.dtos.in_msgspec import CustomerRead, OrderKey, OrderRow
from bench.writers.writer import Writer
from bench.writes import customer, new_order, order_with_lines, patch

_CUSTOMER = "SELECT id, name, email FROM customers WHERE id = %s"
_INSERT = """\
INSERT INTO orders (customer_id, status, placed_at, total) VALUES (%s, %s, %s, %s)
RETURNING id, customer_id, status, placed_at, total
"""
_UPDATE = """\
UPDATE orders SET status = %s WHERE id = %s RETURNING id, customer_id, status, placed_at, total
"""
# What taskbound tells: whether the row is a new one.
_UPSERT = """\
INSERT INTO customers (name, email) VALUES (%s, %s)
ON CONFLICT (email) DO UPDATE SET name = excluded.name
RETURNING xmax = 0
"""
_ORDER = """\
INSERT INTO orders (customer_id, status, placed_at, total) VALUES (%s, %s, %s, %s) RETURNING id
"""
_LINE = """\
INSERT INTO order_lines (order_id, product_id, quantity, price) VALUES (%s, %s, %s, %s)
"""
_COPY = "COPY events (kind, product_id, amount, happened_at) FROM STDIN"
_EVENT = attrgetter("kind", "product_id", "amount", "happened_at")


class ByHand(Writer):
    """A statement a write, and COPY."""

    async def open(self) -> None:
        text = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool = AsyncConnectionPool(
            text, min_size=1, max_size=1, open=False, kwargs={"autocommit": True}
        )
        await self._pool.open(wait=True)
        self._connection: AsyncConnection[Any]

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self, *, kept: bool) -> AsyncIterator[None]:
        async with self._pool.connection() as connection:
            self._connection = connection
            async with connection.transaction(force_rollback=not kept):
                yield

    async def get_insert_commit(self, key: int) -> OrderRow:
        new = new_order(dtos, key)
        async with self._pool.connection() as connection, connection.transaction():
            found = await connection.execute(_CUSTOMER, (new.customer_id,), binary=True)
            CustomerRead(*_row(await found.fetchone()))
            return await _inserted(connection, new)

    async def insert(self, key: int) -> OrderRow:
        return await _inserted(self._connection, new_order(dtos, key))

    async def update(self, key: int) -> OrderRow:
        changed = patch(dtos, key)
        found = await self._connection.execute(_UPDATE, (changed.status, key), binary=True)
        return OrderRow(*_row(await found.fetchone()))

    async def upsert(self, key: int) -> None:
        new = customer(dtos, key)
        told = await self._connection.execute(_UPSERT, (new.name, new.email))
        await told.fetchone()

    async def order(self, key: int) -> OrderKey:
        new = order_with_lines(dtos, key)
        async with self._pool.connection() as connection, connection.transaction():
            values = (new.customer_id, new.status, new.placed_at, new.total)
            made = await connection.execute(_ORDER, values, binary=True)
            (number,) = _row(await made.fetchone())
            lines = [(number, line.product_id, line.quantity, line.price) for line in new.lines]
            await connection.cursor().executemany(_LINE, lines)
        return OrderKey(number)

    async def load(self, events: Iterable[Any]) -> None:
        async with (
            self._pool.connection() as connection,
            connection.cursor() as cursor,
            cursor.copy(_COPY) as copy,
        ):
            for event in events:
                await copy.write_row(_EVENT(event))


async def _inserted(connection: AsyncConnection[Any], new: Any) -> OrderRow:
    values = (new.customer_id, new.status, new.placed_at, new.total)
    made = await connection.execute(_INSERT, values, binary=True)
    return OrderRow(*_row(await made.fetchone()))


def _row(found: Any) -> Any:
    assert found is not None
    return found
