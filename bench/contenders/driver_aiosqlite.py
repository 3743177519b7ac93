"""aiosqlite by hand, then msgspec: one statement, children as JSON, one hop to the driver's thread."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import aiosqlite
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

# SQLite holds a Decimal as a float: its two places are written here.
_ORDER = """\
SELECT o.id, o.status, o.placed_at, o.total, c.id, c.name, c.email,
    (SELECT json_group_array(json_array(l.id, l.product_id, l.quantity, printf('%.2f', l.price)))
     FROM (SELECT * FROM order_lines WHERE order_id = o.id ORDER BY id) AS l)
FROM orders AS o JOIN customers AS c ON c.id = o.customer_id
"""
_ONE = f"{_ORDER} WHERE o.id = ?"
_FIFTY = f"{_ORDER} WHERE o.id > ? ORDER BY o.id LIMIT {FIFTY}"

_FLAT = "SELECT id, name, price, stock FROM products ORDER BY id"
_STREAM = "SELECT id, sensor, value FROM measurements"

_FOUR = f"""\
SELECT c.id, c.name,
    (SELECT json_group_array(json_array(o.id, o.status, printf('%.2f', o.total),
        (SELECT json_group_array(json_array(l.id, l.quantity,
                    json_array(p.id, p.name, printf('%.2f', p.price))))
         FROM (SELECT * FROM order_lines WHERE order_id = o.id ORDER BY id) AS l
         JOIN products AS p ON p.id = l.product_id)))
     FROM (SELECT * FROM orders WHERE customer_id = c.id ORDER BY id) AS o)
FROM customers AS c WHERE c.id > ? ORDER BY c.id LIMIT {TWENTY}
"""

# Written the way that Pydantic and msgspec write an order.
_JSON = f"""\
SELECT json_group_array(json_object(
    'id', o.id, 'status', o.status,
    'placed_at', replace(substr(o.placed_at, 1, 19), ' ', 'T'), 'total', printf('%.2f', o.total),
    'customer', json_object('id', c.id, 'name', c.name, 'email', c.email),
    'lines', (SELECT json_group_array(json_object('id', l.id, 'product_id', l.product_id,
                  'quantity', l.quantity, 'price', printf('%.2f', l.price)))
              FROM (SELECT * FROM order_lines WHERE order_id = o.id ORDER BY id) AS l)))
FROM (SELECT * FROM orders WHERE id > ? ORDER BY id LIMIT {FIFTY}) AS o
JOIN customers AS c ON c.id = o.customer_id
"""

_LINES = Decoder(list[tuple[int, int, int, Decimal]])
_ORDERS = Decoder(list[tuple[int, str, Decimal, list[tuple[int, int, tuple[int, str, Decimal]]]]])


class OneStatement(Contender):
    """One statement, children as JSON."""

    async def open(self) -> None:
        self._connection = await aiosqlite.connect(self.url.database or "")
        self._open_connection: aiosqlite.Connection | None = None

    async def close(self) -> None:
        await self._connection.close()

    async def one(self, key: int) -> OrderRead:
        return await _one(self._connection, key)

    async def one_in_transaction(self, key: int) -> OrderRead:
        if self._open_connection is None:
            opened = aiosqlite.connect(self.url.database or "")
            self._open_connection = await self.held.enter_async_context(opened)
            await self._open_connection.execute("BEGIN")
        return await _one(self._open_connection, key)

    async def fifty(self, key: int) -> list[OrderRead]:
        rows = await self._connection.execute_fetchall(_FIFTY, (key,))
        return [_order(row) for row in rows]

    async def json(self, key: int) -> bytes:
        ((text,),) = await self._connection.execute_fetchall(_JSON, (key,))
        return str(text).encode()

    async def four(self, key: int) -> list[CustomerWithOrders]:
        rows = await self._connection.execute_fetchall(_FOUR, (key,))
        return [
            CustomerWithOrders(
                number, name, [_order_of_customer(*order) for order in _ORDERS.decode(orders)]
            )
            for number, name, orders in rows
        ]

    async def flat(self, _: int) -> list[ProductRead]:
        rows = await self._connection.execute_fetchall(_FLAT)
        return [
            ProductRead(number, name, _money(price), stock) for number, name, price, stock in rows
        ]

    async def stream(self) -> int:
        count = 0
        async with self._connection.execute(_STREAM) as cursor:
            while rows := await cursor.fetchmany(1000):
                for row in rows:
                    MeasurementRead(*row)
                    count += 1
        return count


async def _one(connection: aiosqlite.Connection, key: int) -> OrderRead:
    (row,) = await connection.execute_fetchall(_ONE, (key,))
    return _order(row)


def _order(row: Any) -> OrderRead:
    number, status, placed_at, total, customer, name, email, lines = row
    return OrderRead(
        number,
        status,
        datetime.fromisoformat(placed_at),
        _money(total),
        CustomerRead(customer, name, email),
        [LineRead(*line) for line in _LINES.decode(lines)],
    )


def _order_of_customer(
    number: int, status: str, total: Decimal, lines: list[tuple[int, int, tuple[int, str, Decimal]]]
) -> OrderOfCustomer:
    below = [LineOfOrder(line[0], line[1], ProductBrief(*line[2])) for line in lines]
    return OrderOfCustomer(number, status, total, below)


def _money(value: float) -> Decimal:
    return Decimal(f"{value:.2f}")
