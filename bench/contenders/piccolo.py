"""Piccolo: rows as dicts, then Pydantic. It has no relation to many: children are a second query."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from piccolo.engine import PostgresEngine, SQLiteEngine
from pydantic import TypeAdapter
from sqlalchemy import URL

from bench.contenders.contender import Contender
from bench.contenders.piccolo_tables import TABLES, Customer, Line, Order, Product
from bench.dtos.in_pydantic import CustomerWithOrders, OrderRead, ProductRead
from bench.reads import FIFTY, TWENTY

_LISTED = TypeAdapter(list[OrderRead])
_WITH_CUSTOMER = (
    Order.id,
    Order.status,
    Order.placed_at,
    Order.total,
    Order.customer.id,
    Order.customer.name,
    Order.customer.email,
)
_WITH_PRODUCT = (
    Line.id,
    Line.order,
    Line.quantity,
    Line.product.id,
    Line.product.name,
    Line.product.price,
)


class Piccolo(Contender):
    """Piccolo and Pydantic."""

    async def open(self) -> None:
        self._engine: Any = engine_of(self.url)
        for table in TABLES:
            table._meta.db = self._engine
        if isinstance(self._engine, PostgresEngine):
            await self._engine.start_connection_pool(
                min_size=self.connections, max_size=self.connections
            )

    async def close(self) -> None:
        if isinstance(self._engine, PostgresEngine):
            await self._engine.close_connection_pool()

    async def one(self, key: int) -> OrderRead:
        order = (
            await Order.select(*_WITH_CUSTOMER).where(Order.id == key).output(nested=True).first()
        )
        lines = await Line.select().where(Line.order == key).order_by(Line.id)
        return _order(order or {}, lines)

    async def fifty(self, key: int) -> list[OrderRead]:
        orders = Order.select(*_WITH_CUSTOMER).where(Order.id > key).order_by(Order.id)
        found = await orders.limit(FIFTY).output(nested=True)
        lines = Line.select().where(Line.order.is_in([order["id"] for order in found]))
        children = _by("order_id", await lines.order_by(Line.id))
        return [_order(order, children[order["id"]]) for order in found]

    async def json(self, key: int) -> bytes:
        return _LISTED.dump_json(await self.fifty(key))

    async def four(self, key: int) -> list[CustomerWithOrders]:
        found = await Customer.select().where(Customer.id > key).order_by(Customer.id).limit(TWENTY)
        ids = [customer["id"] for customer in found]
        orders = await Order.select().where(Order.customer.is_in(ids)).order_by(Order.id)
        below = Line.select(*_WITH_PRODUCT).where(Line.order.is_in([row["id"] for row in orders]))
        rows = await below.order_by(Line.id).output(nested=True)
        lines = _by("order_id", [{**line, "product": line["product_id"]} for line in rows])
        of_customer = _by("customer_id", [{**row, "lines": lines[row["id"]]} for row in orders])
        return [
            CustomerWithOrders.model_validate({**customer, "orders": of_customer[customer["id"]]})
            for customer in found
        ]

    async def flat(self, _: int) -> list[ProductRead]:
        products = await Product.select().order_by(Product.id)
        return [ProductRead.model_validate(product) for product in products]


def engine_of(url: URL) -> PostgresEngine | SQLiteEngine:
    """Piccolo's engine for a database."""
    if url.get_backend_name() == "sqlite":
        return SQLiteEngine(path=url.database or "")
    return PostgresEngine(
        {
            "host": url.host,
            "port": url.port,
            "user": url.username,
            "password": url.password,
            "database": url.database,
        }
    )


def _order(order: dict[str, Any], lines: list[dict[str, Any]]) -> OrderRead:
    # It names what is nested by the column of the key.
    return OrderRead.model_validate({**order, "customer": order["customer_id"], "lines": lines})


def _by(key: str, rows: list[dict[str, Any]]) -> defaultdict[int, list[dict[str, Any]]]:
    found = defaultdict[int, list[dict[str, Any]]](list)
    for row in rows:
        found[row[key]].append(row)
    return found
