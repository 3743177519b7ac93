"""SQLModel: tables and answers are Pydantic models both."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import joinedload, selectinload
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.contenders.contender import Contender
from bench.contenders.sqlmodel_tables import (
    Customer,
    CustomerWithOrders,
    Line,
    Order,
    OrderRead,
    Product,
    ProductRead,
)
from bench.reads import FIFTY, TWENTY


def _of(relation: Any) -> Any:
    """A relation as SQLAlchemy has it; to a type checker it is the list or the object."""
    return relation


_LISTED = TypeAdapter(list[OrderRead])
_WHOLE = (joinedload(_of(Order.customer)), selectinload(_of(Order.lines)))


class SqlModel(Contender):
    """SQLModel."""

    async def open(self) -> None:
        self._engine = create_async_engine(self.url, pool_size=self.connections, max_overflow=0)

    async def close(self) -> None:
        await self._engine.dispose()

    async def one(self, key: int) -> OrderRead:
        statement = select(Order).where(Order.id == key).options(*_WHOLE)
        async with AsyncSession(self._engine) as session:
            return OrderRead.model_validate((await session.exec(statement)).one())

    async def get(self, key: int) -> OrderRead:
        async with AsyncSession(self._engine) as session:
            return OrderRead.model_validate(await session.get(Order, key, options=_WHOLE))

    async def fifty(self, key: int) -> list[OrderRead]:
        statement = select(Order).where(col(Order.id) > key).options(*_WHOLE)
        async with AsyncSession(self._engine) as session:
            orders = await session.exec(statement.order_by(col(Order.id)).limit(FIFTY))
            return [OrderRead.model_validate(order) for order in orders]

    async def json(self, key: int) -> bytes:
        return _LISTED.dump_json(await self.fifty(key))

    async def four(self, key: int) -> list[CustomerWithOrders]:
        orders = selectinload(_of(Customer.orders))
        below = orders.selectinload(_of(Order.lines)).joinedload(_of(Line.product))
        statement = select(Customer).where(col(Customer.id) > key).options(below)
        async with AsyncSession(self._engine) as session:
            customers = await session.exec(statement.order_by(col(Customer.id)).limit(TWENTY))
            return [CustomerWithOrders.model_validate(customer) for customer in customers]

    async def flat(self, _: int) -> list[ProductRead]:
        async with AsyncSession(self._engine) as session:
            products = await session.exec(select(Product).order_by(col(Product.id)))
            return [ProductRead.model_validate(product) for product in products]
