"""The rules of placing an order."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from shop.errors import CustomerMissing, OutOfStock, ProductMissing
from shop.models import Customer, Order, OrderLine, Product
from shop.repositories.idempotency_keys import IdempotencyKeys
from shop.repositories.products import Products
from shop.schemas.order import LineWrite, OrderWrite
from taskbound import TaskSession


class Placing:
    """Places orders in the transaction of `session`: all of an order, or nothing of it."""

    def __init__(self, session: TaskSession) -> None:
        self._session = session
        self._keys = IdempotencyKeys(session)
        self._products = Products(session)

    async def place(self, wanted: OrderWrite, *, key: str | None, digest: str) -> Order:
        """The new order, with its id.

        key, digest: idempotency key and digest of the request; a key of None is not kept.

        Raises `CustomerMissing`, `ProductMissing` for the first product that is not there,
        `OutOfStock` for the first that is too few, and `taskbound.UniqueViolation` where the key
        is taken.
        """
        # Writes come before reads: a snapshot that is taken later sees what the locks protect.
        if key is not None:
            await self._keys.claim(key, digest)
        short = await self._take_stock(wanted.lines)
        customer = await self._customer(wanted.customer_id)
        products = await self._sold(wanted.lines)
        for line in short:
            available = products[line.product_id].stock
            raise OutOfStock(line.product_id, ordered=line.quantity, available=available)
        order = _order(customer, wanted.lines, products)
        order.idempotency_key = key
        self._session.add(order)
        await self._session.flush()
        return order

    async def _take_stock(self, lines: Iterable[LineWrite]) -> list[LineWrite]:
        """Take what is there, and return the lines for which it was not enough.

        In order of the products' ids, so that two orders of the same products wait for each other
        at the first one and never in a circle.
        """
        in_order = sorted(lines, key=lambda line: line.product_id)
        return [
            line
            for line in in_order
            if not await self._products.take(line.product_id, line.quantity)
        ]

    async def _customer(self, customer_id: int) -> Customer:
        if customer := await self._session.get(Customer, customer_id):
            return customer
        raise CustomerMissing(customer_id)

    async def _sold(self, lines: Iterable[LineWrite]) -> dict[int, Product]:
        wanted = sorted(line.product_id for line in lines)
        products = await self._products.by_ids(wanted)
        for product_id in wanted:
            if product_id not in products:
                raise ProductMissing(product_id)
        return products


def _order(customer: Customer, lines: Iterable[LineWrite], products: dict[int, Product]) -> Order:
    sold = [_line(line, products[line.product_id]) for line in lines]
    total = sum((line.amount for line in sold), Decimal("0.00"))
    return Order(customer=customer, lines=sold, total=total, billing=_billing(customer))


def _line(line: LineWrite, product: Product) -> OrderLine:
    return OrderLine(product=product, quantity=line.quantity, unit_price=product.price)


def _billing(customer: Customer) -> dict[str, Any]:
    """The customer's address on this day."""
    return {part: getattr(customer, part) for part in ADDRESS}


ADDRESS = ("address", "city", "state", "country", "postal_code")
