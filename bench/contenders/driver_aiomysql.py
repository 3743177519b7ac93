"""aiomysql by hand, then msgspec: one statement with children as JSON, or a statement a level."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

import aiomysql
import msgspec
from msgspec.json import Decoder

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
    (SELECT JSON_ARRAYAGG(JSON_ARRAY(l.id, l.product_id, l.quantity, l.price) ORDER BY l.id)
     FROM order_lines AS l WHERE l.order_id = o.id)
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
"""
_ONE = f"{_ORDER} WHERE o.id = %s"
_FIFTY = f"{_ORDER} WHERE o.id > %s ORDER BY o.id LIMIT {FIFTY}"
_FLAT = "SELECT id, name, price, stock FROM products ORDER BY id"
_STREAM = "SELECT id, sensor, value FROM measurements"

_FOUR = f"""\
SELECT c.id, c.name,
    (SELECT JSON_ARRAYAGG(JSON_ARRAY(o.id, o.status, o.total,
        (SELECT JSON_ARRAYAGG(JSON_ARRAY(l.id, l.quantity, JSON_ARRAY(p.id, p.name, p.price))
                              ORDER BY l.id)
         FROM order_lines AS l JOIN products AS p ON p.id = l.product_id
         WHERE l.order_id = o.id)) ORDER BY o.id)
     FROM orders AS o WHERE o.customer_id = c.id)
FROM customers AS c WHERE c.id > %s ORDER BY c.id LIMIT {TWENTY}
"""

# Written the way that Pydantic and msgspec write an order.
_JSON = f"""\
SELECT JSON_ARRAYAGG(JSON_OBJECT(
    'id', o.id, 'status', o.status,
    'placed_at', DATE_FORMAT(o.placed_at, '%%Y-%%m-%%dT%%H:%%i:%%s'), 'total', CONCAT(o.total),
    'customer', JSON_OBJECT('id', c.id, 'name', c.name, 'email', c.email),
    'lines', (SELECT JSON_ARRAYAGG(JSON_OBJECT('id', l.id, 'product_id', l.product_id,
                  'quantity', l.quantity, 'price', CONCAT(l.price)) ORDER BY l.id)
              FROM order_lines AS l WHERE l.order_id = o.id)) ORDER BY o.id)
FROM (SELECT * FROM orders WHERE id > %s ORDER BY id LIMIT {FIFTY}) AS o
JOIN customers AS c ON c.id = o.customer_id
"""

_PARENT = """\
SELECT o.id, o.status, o.placed_at, o.total, c.id, c.name, c.email
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
"""
_ONE_PARENT = f"{_PARENT} WHERE o.id = %s"
_FIFTY_PARENTS = f"{_PARENT} WHERE o.id > %s ORDER BY o.id LIMIT {FIFTY}"
_CHILDREN = """\
SELECT order_id, id, product_id, quantity, price FROM order_lines
WHERE order_id IN ({}) ORDER BY order_id, id
"""

_LINES = Decoder(list[tuple[int, int, int, Decimal]])
_ORDERS = Decoder(list[tuple[int, str, Decimal, list[tuple[int, int, tuple[int, str, Decimal]]]]])


class _Aiomysql(Contender):
    async def open(self) -> None:
        self._pool: Any = await aiomysql.create_pool(
            host=self.url.host,
            port=self.url.port,
            user=self.url.username,
            password=self.url.password,
            db=self.url.database,
            minsize=self.connections,
            maxsize=self.connections,
            autocommit=True,
        )
        self._open_connection: Any = None

    async def close(self) -> None:
        self._pool.close()
        await self._pool.wait_closed()

    async def _in_transaction(self) -> Any:
        if self._open_connection is None:
            self._open_connection = await self.held.enter_async_context(self._pool.acquire())
            await self._open_connection.begin()
            self.held.push_async_callback(self._open_connection.rollback)
        return self._open_connection

    async def _rows(self, statement: str, *values: object) -> Any:
        async with self._pool.acquire() as connection:
            return await _fetched(connection, statement, *values)


class OneStatement(_Aiomysql):
    """One statement, children as JSON."""

    async def one(self, key: int) -> OrderRead:
        (row,) = await self._rows(_ONE, key)
        return _order(row)

    async def one_in_transaction(self, key: int) -> OrderRead:
        (row,) = await _fetched(await self._in_transaction(), _ONE, key)
        return _order(row)

    async def fifty(self, key: int) -> list[OrderRead]:
        return [_order(row) for row in await self._rows(_FIFTY, key)]

    async def json(self, key: int) -> bytes:
        ((text,),) = await self._rows(_JSON, key)
        return str(text).encode()

    async def four(self, key: int) -> list[CustomerWithOrders]:
        return [
            CustomerWithOrders(
                number, name, [_order_of_customer(*order) for order in _ORDERS.decode(orders)]
            )
            for number, name, orders in await self._rows(_FOUR, key)
        ]

    async def flat(self, _: int) -> list[ProductRead]:
        return [ProductRead(*row) for row in await self._rows(_FLAT)]

    async def stream(self) -> int:
        count = 0
        async with (
            self._pool.acquire() as connection,
            connection.cursor(aiomysql.SSCursor) as cursor,
        ):
            await cursor.execute(_STREAM)
            while rows := await cursor.fetchmany(1000):
                for row in rows:
                    MeasurementRead(*row)
                    count += 1
        return count


class TwoStatements(_Aiomysql):
    """A statement for the orders, one for their lines."""

    async def one(self, key: int) -> OrderRead:
        async with self._pool.acquire() as connection:
            return await _one_in_two(connection, key)

    async def one_in_transaction(self, key: int) -> OrderRead:
        return await _one_in_two(await self._in_transaction(), key)

    async def fifty(self, key: int) -> list[OrderRead]:
        async with self._pool.acquire() as connection:
            orders = await _fetched(connection, _FIFTY_PARENTS, key)
            lines = await _children(connection, [order[0] for order in orders])
        children = defaultdict[int, list[LineRead]](list)
        for order_id, *line in lines:
            children[order_id].append(LineRead(*line))
        return [_with_lines(order, children[order[0]]) for order in orders]

    async def json(self, key: int) -> bytes:
        return msgspec.json.encode(await self.fifty(key))


async def _one_in_two(connection: Any, key: int) -> OrderRead:
    (order,) = await _fetched(connection, _ONE_PARENT, key)
    lines = await _children(connection, [key])
    return _with_lines(order, [LineRead(*line) for _, *line in lines])


async def _children(connection: Any, order_ids: list[int]) -> Any:
    places = ", ".join(["%s"] * len(order_ids))
    return await _fetched(connection, _CHILDREN.format(places), *order_ids)


async def _fetched(connection: Any, statement: str, *values: object) -> Any:
    async with connection.cursor() as cursor:
        await cursor.execute(statement, values)
        return await cursor.fetchall()


def _order(row: Any) -> OrderRead:
    return _with_lines(row, [LineRead(*line) for line in _LINES.decode(row[7])])


def _with_lines(row: Any, lines: list[LineRead]) -> OrderRead:
    customer = CustomerRead(row[4], row[5], row[6])
    return OrderRead(row[0], row[1], row[2], row[3], customer, lines)


def _order_of_customer(
    number: int, status: str, total: Decimal, lines: list[tuple[int, int, tuple[int, str, Decimal]]]
) -> OrderOfCustomer:
    below = [LineOfOrder(line[0], line[1], ProductBrief(*line[2])) for line in lines]
    return OrderOfCustomer(number, status, total, below)
