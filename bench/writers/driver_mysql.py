"""What is written by hand in the same words for aiomysql and asyncmy, which are of one family."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import islice
from operator import attrgetter
from typing import Any

from bench.dtos import in_msgspec as dtos
from bench.dtos.in_msgspec import CustomerRead, OrderKey, OrderRow
from bench.writers.writer import Writer
from bench.writes import customer, new_order, order_with_lines, patch

_CUSTOMER = "SELECT id, name, email FROM customers WHERE id = %s"
_INSERT = """\
INSERT INTO orders (customer_id, status, placed_at, total) VALUES (%s, %s, %s, %s)
RETURNING id, customer_id, status, placed_at, total
"""
_UPDATE = "UPDATE orders SET status = %s WHERE id = %s"
_READ = "SELECT id, customer_id, status, placed_at, total FROM orders WHERE id = %s"
_UPSERT = """\
INSERT INTO customers (name, email) VALUES (%s, %s) ON DUPLICATE KEY UPDATE name = VALUES(name)
"""
_ORDER = """\
INSERT INTO orders (customer_id, status, placed_at, total) VALUES (%s, %s, %s, %s) RETURNING id
"""
_LINE = "INSERT INTO order_lines (order_id, product_id, quantity, price) VALUES (%s, %s, %s, %s)"
_EVENT = "INSERT INTO events (kind, product_id, amount, happened_at) VALUES (%s, %s, %s, %s)"
_VALUES = attrgetter("kind", "product_id", "amount", "happened_at")

# Rows that both drivers, which make a list of what they are given, hold at once.
_PORTION = 5_000


class Mysql(Writer):
    """A statement a write, and `executemany`, which both drivers send as one INSERT of many rows."""

    driver: Any
    """The driver's module."""

    async def open(self) -> None:
        self._pool: Any = await self.driver.create_pool(
            host=self.url.host,
            port=self.url.port,
            user=self.url.username,
            password=self.url.password,
            db=self.url.database,
            minsize=1,
            maxsize=1,
            autocommit=True,
        )
        self._connection: Any = None

    async def close(self) -> None:
        self._pool.close()
        await self._pool.wait_closed()

    @asynccontextmanager
    async def transaction(self, *, kept: bool) -> AsyncIterator[None]:
        async with self._pool.acquire() as self._connection:
            await self._connection.begin()
            yield
            await (self._connection.commit() if kept else self._connection.rollback())

    async def get_insert_commit(self, key: int) -> OrderRow:
        new = new_order(dtos, key)
        async with self.transaction(kept=True), self._connection.cursor() as cursor:
            await cursor.execute(_CUSTOMER, (new.customer_id,))
            CustomerRead(*await cursor.fetchone())
            await cursor.execute(_INSERT, _values(new))
            return OrderRow(*await cursor.fetchone())

    async def insert(self, key: int) -> OrderRow:
        async with self._connection.cursor() as cursor:
            await cursor.execute(_INSERT, _values(new_order(dtos, key)))
            return OrderRow(*await cursor.fetchone())

    async def update(self, key: int) -> OrderRow:
        async with self._connection.cursor() as cursor:
            await cursor.execute(_UPDATE, (patch(dtos, key).status, key))
            await cursor.execute(_READ, (key,))
            return OrderRow(*await cursor.fetchone())

    async def upsert(self, key: int) -> None:
        new = customer(dtos, key)
        async with self._connection.cursor() as cursor:
            await cursor.execute(_UPSERT, (new.name, new.email))

    async def order(self, key: int) -> OrderKey:
        new = order_with_lines(dtos, key)
        async with self.transaction(kept=True), self._connection.cursor() as cursor:
            await cursor.execute(_ORDER, _values(new))
            (number,) = await cursor.fetchone()
            lines = [(number, line.product_id, line.quantity, line.price) for line in new.lines]
            await cursor.executemany(_LINE, lines)
        return OrderKey(number)

    async def load(self, events: Iterable[Any]) -> None:
        rows = map(_VALUES, events)
        async with self.transaction(kept=True), self._connection.cursor() as cursor:
            while portion := list(islice(rows, _PORTION)):
                await cursor.executemany(_EVENT, portion)


def _values(new: Any) -> tuple[Any, ...]:
    return new.customer_id, new.status, new.placed_at, new.total
