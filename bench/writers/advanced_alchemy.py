"""Advanced Alchemy: its service in front of the ORM."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from advanced_alchemy.service import SQLAlchemyAsyncRepositoryService

from bench.contenders.advanced_alchemy import Customers, Orders
from bench.dtos import in_pydantic as dtos
from bench.dtos.in_pydantic import OrderKey, OrderRow
from bench.models import Event, Line, Order
from bench.writers.sessions import SessionWriter
from bench.writes import customer, new_order, order_with_lines, patch


class _Events(SQLAlchemyAsyncRepositoryService[Any]):
    class Repo(SQLAlchemyAsyncRepository[Any]):
        model_type = Event

    repository_type = Repo


class AdvancedAlchemy(SessionWriter):
    """Advanced Alchemy's service and Pydantic."""

    async def get_insert_commit(self, key: int) -> OrderRow:
        new = new_order(dtos, key)
        async with self._sessions() as session:
            await Customers(session=session).get(new.customer_id)
            orders = Orders(session=session, auto_commit=True)
            order = await orders.create(new)
            return orders.to_schema(order, schema_type=OrderRow)

    async def insert(self, key: int) -> OrderRow:
        orders = Orders(session=self._session)
        order = await orders.create(new_order(dtos, key))
        return orders.to_schema(order, schema_type=OrderRow)

    async def update(self, key: int) -> OrderRow:
        orders = Orders(session=self._session)
        order = await orders.update(patch(dtos, key), item_id=key)
        return orders.to_schema(order, schema_type=OrderRow)

    async def upsert(self, key: int) -> None:
        await Customers(session=self._session).upsert(customer(dtos, key), match_fields=["email"])

    async def order(self, key: int) -> OrderKey:
        new = order_with_lines(dtos, key)
        lines = [Line(**line.model_dump()) for line in new.lines]
        async with self._sessions() as session:
            orders = Orders(session=session, auto_commit=True)
            order = await orders.create(Order(**new.model_dump(exclude={"lines"}), lines=lines))
            return orders.to_schema(order, schema_type=OrderKey)

    async def load(self, events: Iterable[Any]) -> None:
        async with self._sessions() as session:
            await _Events(session=session, auto_commit=True).create_many(list(events))
