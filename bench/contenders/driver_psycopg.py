"""psycopg by hand, then msgspec: one statement with rows in arrays, or a statement a level."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import msgspec
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from bench.contenders.contender import Contender
from bench.dtos.in_msgspec import (
    CustomerRead,
    LineRead,
    MeasurementRead,
    OrderRead,
    ProductRead,
)
from bench.reads import FIFTY

_ORDER = """\
SELECT o.id, o.status, o.placed_at, o.total, c.id, c.name, c.email,
    ARRAY(SELECT ROW(l.id, l.product_id, l.quantity, l.price)
          FROM order_lines AS l WHERE l.order_id = o.id ORDER BY l.id)
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
"""
_ONE = f"{_ORDER} WHERE o.id = %s"
_FIFTY = f"{_ORDER} WHERE o.id > %s ORDER BY o.id LIMIT {FIFTY}"
_FLAT = "SELECT id, name, price, stock FROM products ORDER BY id"
_STREAM = "SELECT id, sensor, value FROM measurements"

_PARENT = """\
SELECT o.id, o.status, o.placed_at, o.total, c.id, c.name, c.email
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
"""
_ONE_PARENT = f"{_PARENT} WHERE o.id = %s"
_FIFTY_PARENTS = f"{_PARENT} WHERE o.id > %s ORDER BY o.id LIMIT {FIFTY}"
_CHILDREN = """\
SELECT order_id, id, product_id, quantity, price FROM order_lines
WHERE order_id = ANY(%s) ORDER BY order_id, id
"""


class _Psycopg(Contender):
    async def open(self) -> None:
        text = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._pool = AsyncConnectionPool(
            text,
            min_size=self.connections,
            max_size=self.connections,
            open=False,
            # Without it each read is a transaction of its own, with two more round trips.
            kwargs={"autocommit": True},
        )
        await self._pool.open(wait=True)
        self._open_connection: AsyncConnection[Any] | None = None

    async def close(self) -> None:
        await self._pool.close()

    async def _in_transaction(self) -> AsyncConnection[Any]:
        if self._open_connection is None:
            opened: AsyncConnection[Any] = await self.held.enter_async_context(
                self._pool.connection()
            )
            await self.held.enter_async_context(opened.transaction())
            self._open_connection = opened
        return self._open_connection


class OneStatement(_Psycopg):
    """One statement, children in arrays of rows, read in binary."""

    async def one(self, key: int) -> OrderRead:
        async with self._pool.connection() as connection:
            return await _one(connection, key)

    async def one_in_transaction(self, key: int) -> OrderRead:
        return await _one(await self._in_transaction(), key)

    async def fifty(self, key: int) -> list[OrderRead]:
        async with self._pool.connection() as connection:
            cursor = connection.cursor(binary=True)
            await cursor.execute(_FIFTY, (key,))
            return [_order(row) for row in await cursor.fetchall()]

    async def json(self, key: int) -> bytes:
        return msgspec.json.encode(await self.fifty(key))

    async def flat(self, _: int) -> list[ProductRead]:
        async with self._pool.connection() as connection:
            cursor = await connection.execute(_FLAT, binary=True)
            return [ProductRead(*row) for row in await cursor.fetchall()]

    async def stream(self) -> int:
        count = 0
        async with (
            self._pool.connection() as connection,
            connection.transaction(),
            connection.cursor("measurements", binary=True) as cursor,
        ):
            cursor.itersize = 1000
            await cursor.execute(_STREAM)
            async for row in cursor:
                MeasurementRead(*row)
                count += 1
        return count


class TwoStatements(_Psycopg):
    """A statement for the orders, one for their lines."""

    async def one(self, key: int) -> OrderRead:
        async with self._pool.connection() as connection:
            return await _one_in_two(connection, key)

    async def one_in_transaction(self, key: int) -> OrderRead:
        return await _one_in_two(await self._in_transaction(), key)

    async def fifty(self, key: int) -> list[OrderRead]:
        async with self._pool.connection() as connection:
            found = await connection.execute(_FIFTY_PARENTS, (key,), binary=True)
            orders = await found.fetchall()
            ids = [order[0] for order in orders]
            below = await connection.execute(_CHILDREN, (ids,), binary=True)
            lines = await below.fetchall()
        children = defaultdict[int, list[LineRead]](list)
        for order_id, *line in lines:
            children[order_id].append(LineRead(*line))
        return [_with_lines(order, children[order[0]]) for order in orders]


async def _one(connection: AsyncConnection[Any], key: int) -> OrderRead:
    cursor = await connection.execute(_ONE, (key,), binary=True)
    return _order(await cursor.fetchone())


async def _one_in_two(connection: AsyncConnection[Any], key: int) -> OrderRead:
    found = await connection.execute(_ONE_PARENT, (key,), binary=True)
    order = await found.fetchone()
    below = await connection.execute(_CHILDREN, ([key],), binary=True)
    return _with_lines(order, [LineRead(*line) for _, *line in await below.fetchall()])


def _order(row: Any) -> OrderRead:
    return _with_lines(row, [LineRead(*line) for line in row[7]])


def _with_lines(row: Any, lines: list[LineRead]) -> OrderRead:
    customer = CustomerRead(row[4], row[5], row[6])
    return OrderRead(row[0], row[1], row[2], row[3], customer, lines)
