"""taskbound: the DTO is the plan of the read."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from sqlalchemy import bindparam, select

from bench.contenders.contender import Contender
from bench.dtos import in_dataclass, in_msgspec, in_pydantic
from bench.models import Customer, Measurement, Order, Product
from bench.reads import FIFTY, TWENTY
from taskbound import Database, TaskSession, projection


class _Taskbound(Contender):
    """Prepared projections into the DTOs of one library."""

    dtos: ModuleType

    async def open(self) -> None:
        # One task asks everything here, with one transaction open all the time, of which the guard would say
        # with each read what it has to say, TB405 and TB406. That is a finding, and no part of a read.
        self._db = Database(
            self.url, pool_size=self.connections, guard={"TB405": "off", "TB406": "off"}
        )
        self._open_session: TaskSession | None = None
        dtos = self.dtos
        self._one = projection(dtos.OrderRead, select(Order).where(Order.id == bindparam("id")))
        self._fifty = projection(
            dtos.OrderRead,
            select(Order).where(Order.id > bindparam("after")).order_by(Order.id).limit(FIFTY),
        )
        self._four = projection(
            dtos.CustomerWithOrders,
            select(Customer)
            .where(Customer.id > bindparam("after"))
            .order_by(Customer.id)
            .limit(TWENTY),
        )
        self._flat = projection(dtos.ProductRead, select(Product).order_by(Product.id))
        self._stream = projection(dtos.MeasurementRead, select(Measurement))

    async def close(self) -> None:
        await self._db.dispose()

    async def one(self, key: int) -> Any:
        return await self._db.project(self._one, id=key).one()

    async def one_in_transaction(self, key: int) -> Any:
        if self._open_session is None:
            self._open_session = await self.held.enter_async_context(self._db.session())
            await self.held.enter_async_context(self._open_session.begin())
            await self._open_session.connection()
        return await self._open_session.project(self._one, id=key).one()

    async def one_adhoc(self, key: int) -> Any:
        statement = select(Order).where(Order.id == key)
        return await self._db.project(self.dtos.OrderRead, statement).one()

    async def get(self, key: int) -> Any:
        return await self._db.project(self.dtos.OrderRead, Order).get(key)

    async def fifty(self, key: int) -> Any:
        return await self._db.project(self._fifty, after=key).all()

    async def json(self, key: int) -> bytes:
        return await self._db.project(self._fifty, after=key).json()

    async def four(self, key: int) -> Any:
        return await self._db.project(self._four, after=key).all()

    async def flat(self, _: int) -> Any:
        return await self._db.project(self._flat).all()

    async def stream(self) -> int:
        count = 0
        async for _ in self._db.project(self._stream).stream():
            count += 1
        return count


class InPydantic(_Taskbound):
    """taskbound into Pydantic models."""

    dtos = in_pydantic


class InMsgspec(_Taskbound):
    """taskbound into msgspec Structs."""

    dtos = in_msgspec


class InDataclasses(_Taskbound):
    """taskbound into dataclasses."""

    dtos = in_dataclass
