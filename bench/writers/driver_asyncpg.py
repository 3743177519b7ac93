"""asyncpg by hand: a statement a write, and COPY."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from operator import attrgetter
from typing import Any

import asyncpg

from bench.dtos import in_msgspec as dtos
from bench.dtos.in_msgspec import CustomerRead, OrderKey, OrderRow
from bench.writers.writer import Writer
from bench.writes import customer, new_order, order_with_lines, patch

_CUSTOMER = "SELECT id, name, email FROM customers WHERE id = $1"
_INSERT = """\
INSERT INTO orders (customer_id, status, placed_at, total) VALUES ($1, $2, $3, $4)
RETURNING id, customer_id, status, placed_at, total
"""
_UPDATE = """\
UPDATE orders SET status = $2 WHERE id = $1 RETURNING id, customer_id, status, placed_at, total
"""
# What taskbound tells: whether the row is a new one.
_UPSERT = """\
INSERT INTO customers (name, email) VALUES ($1, $2)
ON CONFLICT (email) DO UPDATE SET name = excluded.name
RETURNING xmax = 0
"""
_ORDER = """\
INSERT INTO orders (customer_id, status, placed_at, total) VALUES ($1, $2, $3, $4) RETURNING id
"""
_LINE = """\
INSERT INTO order_lines (order_id, product_id, quantity, price) VALUES ($1, $2, $3, $4)
"""
_COLUMNS = ("kind", "product_id", "amount", "happened_at")


class ByHand(Writer):
    """A statement a write, and COPY."""

    async def open(self) -> None:
        self._pool: Any = await asyncpg.create_pool(
            self.url.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=1,
            max_size=1,
        )
        self._connection: Any = None

    async def close(self) -> None:
        await self._pool.close()

    @asynccontextmanager
    async def transaction(self, *, kept: bool) -> AsyncIterator[None]:
        async with self._pool.acquire() as self._connection:
            transaction = self._connection.transaction()
            await transaction.start()
            yield
            await (transaction.commit() if kept else transaction.rollback())

    async def get_insert_commit(self, key: int) -> OrderRow:
        new = new_order(dtos, key)
        async with self._pool.acquire() as connection, connection.transaction():
            CustomerRead(*await connection.fetchrow(_CUSTOMER, new.customer_id))
            return await _inserted(connection, new)

    async def insert(self, key: int) -> OrderRow:
        return await _inserted(self._connection, new_order(dtos, key))

    async def update(self, key: int) -> OrderRow:
        changed = patch(dtos, key)
        return OrderRow(*await self._connection.fetchrow(_UPDATE, key, changed.status))

    async def upsert(self, key: int) -> None:
        new = customer(dtos, key)
        await self._connection.fetchval(_UPSERT, new.name, new.email)

    async def order(self, key: int) -> OrderKey:
        new = order_with_lines(dtos, key)
        async with self._pool.acquire() as connection, connection.transaction():
            number = await connection.fetchval(
                _ORDER, new.customer_id, new.status, new.placed_at, new.total
            )
            lines = [(number, line.product_id, line.quantity, line.price) for line in new.lines]
            await connection.executemany(_LINE, lines)
        return OrderKey(number)

    async def load(self, events: Iterable[Any]) -> None:
        records = map(attrgetter(*_COLUMNS), events)
        async with self._pool.acquire() as connection:
            await connection.copy_records_to_table("events", columns=_COLUMNS, records=records)


async def _inserted(connection: Any, new: Any) -> OrderRow:
    values = (new.customer_id, new.status, new.placed_at, new.total)
    return OrderRow(*await connection.fetchrow(_INSERT, *values))
