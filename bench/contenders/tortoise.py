"""Tortoise: an ORM of its own, then Pydantic."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import URL
from tortoise import Tortoise as Library
from tortoise.query_utils import Prefetch

from bench.contenders.contender import Contender
from bench.contenders.tortoise_tables import Customer, Line, Order, Product
from bench.dtos.in_pydantic import (
    CustomerRead,
    CustomerWithOrders,
    LineOfOrder,
    LineRead,
    OrderOfCustomer,
    OrderRead,
    ProductBrief,
    ProductRead,
)
from bench.reads import FIFTY, TWENTY

_LISTED = TypeAdapter(list[OrderRead])
_MODELS = "bench.contenders.tortoise_tables"
_BACKENDS = {"postgresql": "asyncpg", "mysql": "mysql", "sqlite": "sqlite"}


class Tortoise(Contender):
    """Tortoise ORM and Pydantic."""

    async def open(self) -> None:
        await Library.init(config=configured(self.url, self.connections), use_tz=False)

    async def close(self) -> None:
        await Library.close_connections()

    async def one(self, key: int) -> OrderRead:
        return _order(await Order.get(id=key).select_related("customer").prefetch_related(_lines()))

    async def fifty(self, key: int) -> list[OrderRead]:
        orders = Order.filter(id__gt=key).order_by("id").limit(FIFTY)
        return [
            _order(order)
            for order in await orders.select_related("customer").prefetch_related(_lines())
        ]

    async def json(self, key: int) -> bytes:
        return _LISTED.dump_json(await self.fifty(key))

    async def four(self, key: int) -> list[CustomerWithOrders]:
        lines = Prefetch("lines", Line.all().order_by("id").select_related("product"))
        orders = Prefetch("orders", Order.all().order_by("id").prefetch_related(lines))
        customers = Customer.filter(id__gt=key).order_by("id").limit(TWENTY)
        return [_customer(customer) for customer in await customers.prefetch_related(orders)]

    async def flat(self, _: int) -> list[ProductRead]:
        return [
            ProductRead.model_validate(product) for product in await Product.all().order_by("id")
        ]


def _lines() -> Prefetch:
    return Prefetch("lines", Line.all().order_by("id"))


def configured(url: URL, connections: int) -> dict[str, Any]:
    """What Tortoise is told of a database."""
    # It keeps its statements by the name of the connection, whatever that leads to.
    name = url.get_backend_name()
    return {
        "connections": {name: _connection(url, connections)},
        "apps": {"bench": {"models": [_MODELS], "default_connection": name}},
    }


def _connection(url: URL, connections: int) -> dict[str, Any]:
    backend = url.get_backend_name()
    engine = f"tortoise.backends.{_BACKENDS[backend]}"
    if backend == "sqlite":
        return {"engine": engine, "credentials": {"file_path": url.database}}
    credentials = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "database": url.database,
        "minsize": connections,
        "maxsize": connections,
    }
    return {"engine": engine, "credentials": credentials}


def _order(order: Order) -> OrderRead:
    return OrderRead(
        id=order.id,
        status=order.status,
        placed_at=order.placed_at,
        total=order.total,
        customer=CustomerRead.model_validate(order.customer),
        lines=[LineRead.model_validate(line) for line in order.lines],
    )


def _customer(customer: Customer) -> CustomerWithOrders:
    orders = [_order_of_customer(order) for order in customer.orders]
    return CustomerWithOrders(id=customer.id, name=customer.name, orders=orders)


def _order_of_customer(order: Order) -> OrderOfCustomer:
    lines = [
        LineOfOrder(
            id=line.id, quantity=line.quantity, product=ProductBrief.model_validate(line.product)
        )
        for line in order.lines
    ]
    return OrderOfCustomer(id=order.id, status=order.status, total=order.total, lines=lines)
