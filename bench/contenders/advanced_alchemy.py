"""Advanced Alchemy: its service in front of the ORM, and its `to_schema`."""

from __future__ import annotations

from typing import Any

from advanced_alchemy.filters import LimitOffset
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from advanced_alchemy.service import SQLAlchemyAsyncRepositoryService
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import joinedload, selectinload

from bench.contenders.contender import Contender
from bench.dtos.in_pydantic import CustomerWithOrders, OrderRead, ProductRead
from bench.models import Customer, Line, Order, Product
from bench.reads import FIFTY, TWENTY

_LISTED = TypeAdapter(list[OrderRead])
_WHOLE = [joinedload(Order.customer), selectinload(Order.lines)]


class Orders(SQLAlchemyAsyncRepositoryService[Any]):
    """The service of orders."""

    class Repo(SQLAlchemyAsyncRepository[Any]):
        model_type = Order

    repository_type = Repo


class Customers(SQLAlchemyAsyncRepositoryService[Any]):
    """The service of customers."""

    class Repo(SQLAlchemyAsyncRepository[Any]):
        model_type = Customer

    repository_type = Repo


class _Products(SQLAlchemyAsyncRepositoryService[Any]):
    class Repo(SQLAlchemyAsyncRepository[Any]):
        model_type = Product

    repository_type = Repo


class AdvancedAlchemy(Contender):
    """Advanced Alchemy's service and Pydantic."""

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
            service = Orders(session=session)
            order = await service.get(key, load=_WHOLE)
            return service.to_schema(order, schema_type=OrderRead)

    async def fifty(self, key: int) -> list[OrderRead]:
        async with self._sessions() as session:
            service = Orders(session=session)
            orders = await service.get_many(
                Order.id > key, LimitOffset(FIFTY, 0), order_by=("id", False), load=_WHOLE
            )
            return list(service.to_schema(orders, schema_type=OrderRead).items)

    async def json(self, key: int) -> bytes:
        return _LISTED.dump_json(await self.fifty(key))

    async def four(self, key: int) -> list[CustomerWithOrders]:
        below = selectinload(Customer.orders).selectinload(Order.lines).joinedload(Line.product)
        async with self._sessions() as session:
            service = Customers(session=session)
            customers = await service.get_many(
                Customer.id > key, LimitOffset(TWENTY, 0), order_by=("id", False), load=[below]
            )
            return list(service.to_schema(customers, schema_type=CustomerWithOrders).items)

    async def flat(self, _: int) -> list[ProductRead]:
        async with self._sessions() as session:
            service = _Products(session=session)
            products = await service.get_many(order_by=("id", False))
            return list(service.to_schema(products, schema_type=ProductRead).items)


async def _one(session: AsyncSession, key: int) -> OrderRead:
    service = Orders(session=session)
    order = await service.get_one(Order.id == key, load=_WHOLE)
    return service.to_schema(order, schema_type=OrderRead)
