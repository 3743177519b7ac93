"""aiosqlite by hand: a statement a write, and `executemany` in one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import aiosqlite

from bench.dtos import in_msgspec as dtos
from bench.dtos.in_msgspec import CustomerRead, OrderKey, OrderRow
from bench.writers.writer import Writer
from bench.writes import customer, new_order, order_with_lines, patch

_CUSTOMER = "SELECT id, name, email FROM customers WHERE id = ?"
_INSERT = """\
INSERT INTO orders (customer_id, status, placed_at, total) VALUES (?, ?, ?, ?)
RETURNING id, customer_id, status, placed_at, total
"""
_UPDATE = """\
UPDATE orders SET status = ? WHERE id = ? RETURNING id, customer_id, status, placed_at, total
"""
_UPSERT = """\
INSERT INTO customers (name, email) VALUES (?, ?)
ON CONFLICT (email) DO UPDATE SET name = excluded.name
"""
_ORDER = """\
INSERT INTO orders (customer_id, status, placed_at, total) VALUES (?, ?, ?, ?) RETURNING id
"""
_LINE = "INSERT INTO order_lines (order_id, product_id, quantity, price) VALUES (?, ?, ?, ?)"
_EVENT = "INSERT INTO events (kind, product_id, amount, happened_at) VALUES (?, ?, ?, ?)"


class ByHand(Writer):
    """A statement a write, and `executemany` in one transaction."""

    async def open(self) -> None:
        # Its own way to begin would come too late for a transaction that reads first.
        self._connection = await aiosqlite.connect(self.url.database or "", isolation_level=None)
        await self._connection.execute("PRAGMA foreign_keys = ON")

    async def close(self) -> None:
        await self._connection.close()

    @asynccontextmanager
    async def transaction(self, *, kept: bool) -> AsyncIterator[None]:
        await self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            await self._connection.execute("ROLLBACK")
            raise
        await self._connection.execute("COMMIT" if kept else "ROLLBACK")

    async def get_insert_commit(self, key: int) -> OrderRow:
        new = new_order(dtos, key)
        async with self.transaction(kept=True):
            rows = await self._connection.execute_fetchall(_CUSTOMER, (new.customer_id,))
            (found,) = rows
            CustomerRead(*found)
            return await self._inserted(new)

    async def insert(self, key: int) -> OrderRow:
        return await self._inserted(new_order(dtos, key))

    async def update(self, key: int) -> OrderRow:
        changed = patch(dtos, key)
        (row,) = await self._connection.execute_fetchall(_UPDATE, (changed.status, key))
        return _order(row)

    async def upsert(self, key: int) -> None:
        new = customer(dtos, key)
        await self._connection.execute_fetchall(_UPSERT, (new.name, new.email))

    async def order(self, key: int) -> OrderKey:
        new = order_with_lines(dtos, key)
        async with self.transaction(kept=True):
            ((number,),) = await self._connection.execute_fetchall(_ORDER, _values(new))
            lines = [
                (number, line.product_id, line.quantity, float(line.price)) for line in new.lines
            ]
            await self._connection.executemany(_LINE, lines)
        return OrderKey(number)

    async def load(self, events: Iterable[Any]) -> None:
        rows = (
            (
                event.kind,
                event.product_id,
                float(event.amount),
                event.happened_at.isoformat(" ", "microseconds"),
            )
            for event in events
        )
        async with self.transaction(kept=True):
            await self._connection.executemany(_EVENT, rows)

    async def _inserted(self, new: Any) -> OrderRow:
        (row,) = await self._connection.execute_fetchall(_INSERT, _values(new))
        return _order(row)


def _values(new: Any) -> tuple[Any, ...]:
    placed_at = new.placed_at.isoformat(" ", "microseconds")
    return new.customer_id, new.status, placed_at, float(new.total)


def _order(row: Any) -> OrderRow:
    number, customer_id, status, placed_at, total = row
    moment = datetime.fromisoformat(placed_at)
    return OrderRow(number, customer_id, status, moment, Decimal(f"{total:.2f}"))
