"""Orders that could have been placed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import UUID

from shop.models import OrderStatus
from shop.seed.calendar import TODAY, moment_before
from shop.services.placing import ADDRESS

ORDERS = 3_000

# Days over which the orders are spread.
DAYS = 730

# How many orders of a hundred have one line, two, and so on.
_LINES = (28, 24, 18, 12, 8, 5, 3, 2)
# How many lines of a hundred are for one piece, two, three.
_PIECES = (82, 13, 5)


def order_rows(chance: Random, customers: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the orders, oldest first, without their totals: the lines say those."""
    moments = sorted(moment_before(chance, days=(0, DAYS)) for _ in range(ORDERS))
    # Some people come back again and again.
    keenness = [chance.paretovariate(1.6) for _ in customers]
    buyers = chance.choices(customers, weights=keenness, k=ORDERS)
    return [
        _order(chance, number, buyer, moment)
        for number, (buyer, moment) in enumerate(zip(buyers, moments, strict=True), 1)
    ]


def _order(chance: Random, number: int, buyer: dict[str, Any], moment: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "reference": UUID(int=chance.getrandbits(128), version=4),
        "customer_id": buyer["id"],
        "status": _status(chance, TODAY - moment),
        "placed_at": moment,
        "billing": {part: buyer[part] for part in ADDRESS},
        "idempotency_key": None,
    }


def _status(chance: Random, age: timedelta) -> OrderStatus:
    """How far an order of this age has come."""
    if chance.random() < 0.03:
        return OrderStatus.CANCELLED
    if age > timedelta(days=6):
        return OrderStatus.DELIVERED
    if age > timedelta(days=3):
        return OrderStatus.SHIPPED
    return OrderStatus.PAID if age > timedelta(days=1) else OrderStatus.PLACED


def line_rows(
    chance: Random, orders: Sequence[dict[str, Any]], products: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The rows of the lines of each order. Sets the `total` of each order."""
    # A few products sell most.
    liking = [chance.paretovariate(1.2) for _ in products]
    rows: list[dict[str, Any]] = []
    for order in orders:
        order["total"] = Decimal("0.00")
        for product in _basket(chance, products, liking):
            line = _line(chance, len(rows) + 1, order, product)
            order["total"] += line["unit_price"] * line["quantity"]
            rows.append(line)
    return rows


def _basket(
    chance: Random, products: Sequence[dict[str, Any]], liking: Sequence[float]
) -> list[dict[str, Any]]:
    (size,) = chance.choices(range(1, len(_LINES) + 1), weights=_LINES)
    picked = {product["id"]: product for product in chance.choices(products, liking, k=size)}
    return list(picked.values())


def _line(
    chance: Random, number: int, order: dict[str, Any], product: dict[str, Any]
) -> dict[str, Any]:
    (pieces,) = chance.choices(range(1, len(_PIECES) + 1), weights=_PIECES)
    return {
        "id": number,
        "order_id": order["id"],
        "product_id": product["id"],
        "unit_price": product["price"],
        "quantity": pieces,
    }
