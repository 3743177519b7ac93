"""The ORM as everyone writes it: entities with loader options, then `model_validate`."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import joinedload, selectinload

from bench.contenders.contender import Contender
from bench.dtos.in_pydantic import CustomerWithOrders, OrderRead, ProductRead
from bench.models import Customer, Line, Measurement, Order, Product
from bench.reads import FIFTY, TWENTY

_LISTED = TypeAdapter(list[OrderRead])
_WHOLE = (joinedload(Order.customer), selectinload(Order.lines))


class Orm(Contender):
    """SQLAlchemy's ORM and Pydantic."""

    async def open(self) -> None:
        self._engine = create_async_engine(self.url, pool_size=self.connections, max_overflow=0)
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)
        self._open_session: AsyncSession | None = None

    async def close(self) -> None:
        await self._engine.dispose()

    async def one(self, key: int) -> OrderRead:
        async with self._sessions() as session:
            return await _one(session, key)

    async def one_in_transaction(self, key: int) -> OrderRead:
        if self._open_session is None:
            self._open_session = await self.held.enter_async_context(self._sessions())
        return await _one(self._open_session, key)

    async def get(self, key: int) -> OrderRead:
        async with self._sessions() as session:
            order = await session.get(Order, key, options=_WHOLE)
            return OrderRead.model_validate(order)

    async def fifty(self, key: int) -> list[OrderRead]:
        async with self._sessions() as session:
            orders = await session.scalars(_fifty(key))
            return [OrderRead.model_validate(order) for order in orders]

    async def json(self, key: int) -> bytes:
        return _LISTED.dump_json(await self.fifty(key))

    async def four(self, key: int) -> list[CustomerWithOrders]:
        below = selectinload(Customer.orders).selectinload(Order.lines).joinedload(Line.product)
        statement = select(Customer).where(Customer.id > key).order_by(Customer.id).limit(TWENTY)
        async with self._sessions() as session:
            customers = await session.scalars(statement.options(below))
            return [CustomerWithOrders.model_validate(customer) for customer in customers]

    async def flat(self, _: int) -> list[ProductRead]:
        async with self._sessions() as session:
            products = await session.scalars(select(Product).order_by(Product.id))
            return [ProductRead.model_validate(product) for product in products]

    async def stream(self) -> int:
        count = 0
        statement = select(Measurement).execution_options(yield_per=1000)
        async with self._sessions() as session:
            async for _ in await session.stream_scalars(statement):
                count += 1
        return count


async def _one(session: AsyncSession, key: int) -> OrderRead:
    statement = select(Order).where(Order.id == key).options(*_WHOLE)
    return OrderRead.model_validate((await session.scalars(statement)).one())


def _fifty(key: int) -> Select[Any]:
    return select(Order).where(Order.id > key).options(*_WHOLE).order_by(Order.id).limit(FIFTY)
