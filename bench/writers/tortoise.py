"""Tortoise: an ORM of its own, then Pydantic."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from tortoise import Tortoise as Library
from tortoise.transactions import in_transaction

from bench.contenders.tortoise import configured
from bench.contenders.tortoise_tables import Customer, Event, Line, Order
from bench.dtos import in_pydantic as dtos
from bench.dtos.in_pydantic import OrderKey, OrderRow
from bench.writers.writer import Writer
from bench.writes import customer, new_order, order_with_lines, patch


class Tortoise(Writer):
    """Tortoise ORM and Pydantic."""

    dtos = dtos

    async def open(self) -> None:
        await Library.init(config=configured(self.url, 1), use_tz=False)

    async def close(self) -> None:
        await Library.close_connections()

    @asynccontextmanager
    async def transaction(self, *, kept: bool) -> AsyncIterator[None]:
        async with in_transaction() as connection:
            yield
            if not kept:
                await connection.rollback()

    async def get_insert_commit(self, key: int) -> OrderRow:
        new = new_order(dtos, key)
        async with in_transaction():
            buyer = await Customer.get(id=new.customer_id)
            order = await Order.create(customer=buyer, **new.model_dump(exclude={"customer_id"}))
            return OrderRow.model_validate(order)

    async def insert(self, key: int) -> OrderRow:
        order = await Order.create(**new_order(dtos, key).model_dump())
        return OrderRow.model_validate(order)

    async def update(self, key: int) -> OrderRow:
        order = await Order.get(id=key)
        changed = patch(dtos, key).model_dump(exclude_unset=True)
        await order.update_from_dict(changed).save(update_fields=list(changed))
        return OrderRow.model_validate(order)

    async def upsert(self, key: int) -> None:
        new = customer(dtos, key)
        await Customer.update_or_create({"name": new.name}, email=new.email)

    async def order(self, key: int) -> OrderKey:
        new = order_with_lines(dtos, key)
        async with in_transaction():
            order = await Order.create(**new.model_dump(exclude={"lines"}))
            lines = [Line(order_id=order.id, **line.model_dump()) for line in new.lines]
            await Line.bulk_create(lines)
            return OrderKey.model_validate(order)

    async def load(self, events: Iterable[Any]) -> None:
        async with in_transaction():
            await Event.bulk_create([Event(**event.model_dump()) for event in events])
