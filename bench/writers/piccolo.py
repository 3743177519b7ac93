"""Piccolo: rows as dicts, then Pydantic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from itertools import islice
from typing import Any

from piccolo.engine import PostgresEngine

from bench.contenders.piccolo import engine_of
from bench.contenders.piccolo_tables import TABLES, Customer, Event, Line, Order
from bench.dtos import in_pydantic as dtos
from bench.dtos.in_pydantic import OrderKey, OrderRow
from bench.writers.writer import Writer
from bench.writes import customer, new_order, order_with_lines, patch

# Rows of one INSERT: PostgreSQL takes 32,767 parameters, SQLite one less.
_PORTION = 5_000


class Piccolo(Writer):
    """Piccolo and Pydantic."""

    dtos = dtos

    async def open(self) -> None:
        self._engine: Any = engine_of(self.url)
        for table in TABLES:
            table._meta.db = self._engine
        if isinstance(self._engine, PostgresEngine):
            await self._engine.start_connection_pool(min_size=1, max_size=1)

    async def close(self) -> None:
        if isinstance(self._engine, PostgresEngine):
            await self._engine.close_connection_pool()

    @asynccontextmanager
    async def transaction(self, *, kept: bool) -> AsyncIterator[None]:
        async with self._engine.transaction() as transaction:
            yield
            if not kept:
                await transaction.rollback()

    async def get_insert_commit(self, key: int) -> OrderRow:
        new = new_order(dtos, key)
        async with self._engine.transaction():
            await Customer.select().where(Customer.id == new.customer_id).first()
            return await _inserted(new)

    async def insert(self, key: int) -> OrderRow:
        return await _inserted(new_order(dtos, key))

    async def update(self, key: int) -> OrderRow:
        changed = patch(dtos, key).model_dump(exclude_unset=True)
        (row,) = await Order.update(changed).where(Order.id == key).returning(*Order.all_columns())
        return OrderRow.model_validate(row)

    async def upsert(self, key: int) -> None:
        new = Customer(**customer(dtos, key).model_dump())
        await Customer.insert(new).on_conflict(
            target=Customer.email, action="DO UPDATE", values=[Customer.name]
        )

    async def order(self, key: int) -> OrderKey:
        new = order_with_lines(dtos, key)
        async with self._engine.transaction():
            (row,) = await Order.insert(_order(new)).returning(Order.id)
            lines = [
                Line(
                    order=row["id"],
                    product=line.product_id,
                    quantity=line.quantity,
                    price=line.price,
                )
                for line in new.lines
            ]
            await Line.insert(*lines)
            return OrderKey.model_validate(row)

    async def load(self, events: Iterable[Any]) -> None:
        rows = (Event(**event.model_dump()) for event in events)
        async with self._engine.transaction():
            while portion := list(islice(rows, _PORTION)):
                await Event.insert(*portion)


async def _inserted(new: Any) -> OrderRow:
    (row,) = await Order.insert(_order(new)).returning(*Order.all_columns())
    return OrderRow.model_validate(row)


def _order(new: Any) -> Order:
    return Order(
        customer=new.customer_id, status=new.status, placed_at=new.placed_at, total=new.total
    )
