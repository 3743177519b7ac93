"""The ORM as everyone writes it: entities made of `model_dump()`, and a flush."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from bench.dtos import in_pydantic as dtos
from bench.dtos.in_pydantic import OrderKey, OrderRow
from bench.models import Customer, Event, Line, Order
from bench.writers.sessions import SessionWriter
from bench.writes import customer, new_order, order_with_lines, patch


class Orm(SessionWriter):
    """SQLAlchemy's ORM and Pydantic."""

    async def get_insert_commit(self, key: int) -> OrderRow:
        new = new_order(dtos, key)
        async with self._sessions() as session:
            buyer = await session.get_one(Customer, new.customer_id)
            order = Order(customer=buyer, **new.model_dump(exclude={"customer_id"}))
            session.add(order)
            await session.commit()
            return OrderRow.model_validate(order)

    async def insert(self, key: int) -> OrderRow:
        order = Order(**new_order(dtos, key).model_dump())
        self._session.add(order)
        await self._session.flush()
        return OrderRow.model_validate(order)

    async def update(self, key: int) -> OrderRow:
        order = await self._session.get_one(Order, key)
        for name, value in patch(dtos, key).model_dump(exclude_unset=True).items():
            setattr(order, name, value)
        await self._session.flush()
        return OrderRow.model_validate(order)

    async def upsert(self, key: int) -> None:
        new = customer(dtos, key)
        found = await self._session.scalars(select(Customer).where(Customer.email == new.email))
        kept = found.one_or_none()
        if kept is None:
            self._session.add(Customer(**new.model_dump()))
        else:
            kept.name = new.name
        await self._session.flush()

    async def order(self, key: int) -> OrderKey:
        new = order_with_lines(dtos, key)
        async with self._sessions() as session:
            lines = [Line(**line.model_dump()) for line in new.lines]
            order = Order(**new.model_dump(exclude={"lines"}), lines=lines)
            session.add(order)
            await session.commit()
            return OrderKey.model_validate(order)

    async def load(self, events: Iterable[Any]) -> None:
        async with self._sessions() as session:
            session.add_all([Event(**event.model_dump()) for event in events])
            await session.commit()
