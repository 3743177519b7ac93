"""taskbound: statements from DTOs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import bindparam, select

from bench.dtos import in_dataclass, in_msgspec, in_pydantic
from bench.models import Customer, Event, Order
from bench.writers.writer import Writer
from bench.writes import customer, new_order, order_with_lines, patch
from taskbound import Database, TaskSession, projection

# The methods of a session without which a write cannot be expressed.
_NEEDED = {"upsert": "upsert", "bulk": "insert_many"}


class _Taskbound(Writer):
    """Writes the DTOs of one library."""

    async def open(self) -> None:
        self._db = Database(self.url, pool_size=1)
        self._session: Any = None
        self._buyer = projection(
            self.dtos.CustomerRead, select(Customer).where(Customer.id == bindparam("id"))
        )

    async def close(self) -> None:
        await self._db.dispose()

    @asynccontextmanager
    async def transaction(self, *, kept: bool) -> AsyncIterator[None]:
        async with self._db.begin() as self._session:
            yield
            if not kept:
                await self._session.rollback()

    async def get_insert_commit(self, key: int) -> Any:
        new = new_order(self.dtos, key)
        async with self._db.begin() as session:
            await session.project(self._buyer, id=new.customer_id).one()
            return await session.insert(Order, new, returning=self.dtos.OrderRow)

    async def insert(self, key: int) -> Any:
        dtos = self.dtos
        return await self._session.insert(Order, new_order(dtos, key), returning=dtos.OrderRow)

    async def update(self, key: int) -> Any:
        changed = patch(self.dtos, key)
        return await self._session.update(Order, changed, key=key, returning=self.dtos.OrderRow)

    async def upsert(self, key: int) -> None:
        await self._session.upsert(Customer, customer(self.dtos, key), on="email")

    async def order(self, key: int) -> Any:
        dtos = self.dtos
        async with self._db.begin() as session:
            return await session.insert(Order, order_with_lines(dtos, key), returning=dtos.OrderKey)

    async def load(self, events: Iterable[Any]) -> None:
        session: Any
        async with self._db.begin() as session:
            await session.insert_many(Event, events)

    def has(self, write: str) -> bool:
        method = _NEEDED.get(write)
        return super().has(write) and (method is None or hasattr(TaskSession, method))


class InPydantic(_Taskbound):
    """taskbound with Pydantic models."""

    dtos = in_pydantic


class InMsgspec(_Taskbound):
    """taskbound with msgspec Structs."""

    dtos = in_msgspec


class InDataclasses(_Taskbound):
    """taskbound with dataclasses."""

    dtos = in_dataclass
