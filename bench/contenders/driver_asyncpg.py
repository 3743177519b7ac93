"""asyncpg by hand, then msgspec: one statement with rows in arrays, or a statement a level."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import asyncpg
import msgspec

from bench.contenders.contender import Contender
from bench.dtos.in_msgspec import (
    CustomerRead,
    CustomerWithOrders,
    LineOfOrder,
    LineRead,
    MeasurementRead,
    OrderOfCustomer,
    OrderRead,
    ProductBrief,
    ProductRead,
)
from bench.reads import FIFTY, TWENTY

_ORDER = """\
SELECT o.id, o.status, o.placed_at, o.total, c.id, c.name, c.email,
    ARRAY(SELECT ROW(l.id, l.product_id, l.quantity, l.price)
          FROM order_lines AS l WHERE l.order_id = o.id ORDER BY l.id)
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
"""
_ONE = f"{_ORDER} WHERE o.id = $1"
_FIFTY = f"{_ORDER} WHERE o.id > $1 ORDER BY o.id LIMIT {FIFTY}"

_FLAT = "SELECT id, name, price, stock FROM products ORDER BY id"
_STREAM = "SELECT id, sensor, value FROM measurements"

# Records in arrays in records: asyncpg reads all of it in binary.
_FOUR = f"""\
SELECT c.id, c.name,
    ARRAY(SELECT ROW(o.id, o.status::text, o.total,
              ARRAY(SELECT ROW(l.id, l.quantity, ROW(p.id, p.name::text, p.price))
                    FROM order_lines AS l JOIN products AS p ON p.id = l.product_id
                    WHERE l.order_id = o.id ORDER BY l.id))
          FROM orders AS o WHERE o.customer_id = c.id ORDER BY o.id)
FROM customers AS c WHERE c.id > $1 ORDER BY c.id LIMIT {TWENTY}
"""

# Written the way that Pydantic and msgspec write an order.
_JSON = f"""\
SELECT json_agg(json_build_object(
    'id', o.id, 'status', o.status, 'placed_at', o.placed_at, 'total', o.total::text,
    'customer', json_build_object('id', c.id, 'name', c.name, 'email', c.email),
    'lines', (SELECT json_agg(json_build_object('id', l.id, 'product_id', l.product_id,
                 'quantity', l.quantity, 'price', l.price::text) ORDER BY l.id)
              FROM order_lines AS l WHERE l.order_id = o.id)) ORDER BY o.id)::text
FROM (SELECT * FROM orders WHERE id > $1 ORDER BY id LIMIT {FIFTY}) AS o
JOIN customers AS c ON c.id = o.customer_id
"""

_PARENT = """\
SELECT o.id, o.status, o.placed_at, o.total, c.id, c.name, c.email
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
"""
_ONE_PARENT = f"{_PARENT} WHERE o.id = $1"
_FIFTY_PARENTS = f"{_PARENT} WHERE o.id > $1 ORDER BY o.id LIMIT {FIFTY}"
_CHILDREN = """\
SELECT order_id, id, product_id, quantity, price FROM order_lines
WHERE order_id = ANY($1) ORDER BY order_id, id
"""


class _Asyncpg(Contender):
    async def open(self) -> None:
        self._pool: Any = await asyncpg.create_pool(
            self.url.set(drivername="postgresql").render_as_string(hide_password=False),
            min_size=self.connections,
            max_size=self.connections,
        )
        self._open_connection: Any = None

    async def close(self) -> None:
        await self._pool.close()

    async def _in_transaction(self) -> Any:
        if self._open_connection is None:
            self._open_connection = await self.held.enter_async_context(self._pool.acquire())
            await self.held.enter_async_context(self._open_connection.transaction())
        return self._open_connection


class OneStatement(_Asyncpg):
    """One statement, children in arrays of rows."""

    async def one(self, key: int) -> OrderRead:
        return _order(await self._pool.fetchrow(_ONE, key))

    async def one_in_transaction(self, key: int) -> OrderRead:
        connection = await self._in_transaction()
        return _order(await connection.fetchrow(_ONE, key))

    async def fifty(self, key: int) -> list[OrderRead]:
        return [_order(row) for row in await self._pool.fetch(_FIFTY, key)]

    async def json(self, key: int) -> bytes:
        text: str = await self._pool.fetchval(_JSON, key)
        return text.encode()

    async def four(self, key: int) -> list[CustomerWithOrders]:
        rows = await self._pool.fetch(_FOUR, key)
        return [
            CustomerWithOrders(number, name, [_order_of_customer(*order) for order in orders])
            for number, name, orders in rows
        ]

    async def flat(self, _: int) -> list[ProductRead]:
        return [ProductRead(*row) for row in await self._pool.fetch(_FLAT)]

    async def stream(self) -> int:
        count = 0
        async with self._pool.acquire() as connection, connection.transaction():
            async for row in connection.cursor(_STREAM, prefetch=1000):
                MeasurementRead(*row)
                count += 1
        return count


class TwoStatements(_Asyncpg):
    """A statement for the orders, one for their lines."""

    async def one(self, key: int) -> OrderRead:
        async with self._pool.acquire() as connection:
            return await _one_in_two(connection, key)

    async def one_in_transaction(self, key: int) -> OrderRead:
        return await _one_in_two(await self._in_transaction(), key)

    async def fifty(self, key: int) -> list[OrderRead]:
        async with self._pool.acquire() as connection:
            orders = await connection.fetch(_FIFTY_PARENTS, key)
            lines = await connection.fetch(_CHILDREN, [order[0] for order in orders])
        children = defaultdict[int, list[LineRead]](list)
        for order_id, *line in lines:
            children[order_id].append(LineRead(*line))
        return [_with_lines(order, children[order[0]]) for order in orders]

    async def json(self, key: int) -> bytes:
        return msgspec.json.encode(await self.fifty(key))


async def _one_in_two(connection: Any, key: int) -> OrderRead:
    order = await connection.fetchrow(_ONE_PARENT, key)
    lines = await connection.fetch(_CHILDREN, [key])
    return _with_lines(order, [LineRead(*line) for _, *line in lines])


def _order(row: Any) -> OrderRead:
    return _with_lines(row, [LineRead(*line) for line in row[7]])


def _with_lines(row: Any, lines: list[LineRead]) -> OrderRead:
    customer = CustomerRead(row[4], row[5], row[6])
    return OrderRead(row[0], row[1], row[2], row[3], customer, lines)


def _order_of_customer(number: int, status: str, total: Any, lines: list[Any]) -> OrderOfCustomer:
    below = [LineOfOrder(line[0], line[1], ProductBrief(*line[2])) for line in lines]
    return OrderOfCustomer(number, status, total, below)
