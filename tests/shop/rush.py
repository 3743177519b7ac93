"""Many clients who place orders at the same time, and the books afterwards."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
from sqlalchemy import func, select

from shop.models import Confirmation, Order, OrderLine, Product
from taskbound import Database

# Products that everybody wants, so that they run out and their rows are fought over.
WANTED = range(1, 121)
# Requests of a hundred that break a rule on purpose, each rule.
WRONG = 3
# Orders of a hundred that are sent twice at the same time with one key.
TWICE = 10


@dataclass
class Rush:
    """What the clients were answered."""

    answers: Counter[tuple[int, str]] = field(default_factory=Counter)
    placed: set[int] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)

    def __str__(self) -> str:
        ordered = sorted(self.seconds)
        marks = (ordered[int(len(ordered) * part)] * 1000 for part in (0.5, 0.95, 0.99))
        p50, p95, p99 = (f"{mark:.0f} ms" for mark in marks)
        answers = ", ".join(f"{' '.join(map(str, key))}: {n}" for key, n in self.answers.items())
        return f"{len(ordered)} requests; p50 {p50}, p95 {p95}, p99 {p99}; {answers}"


async def rush(address: str, *, clients: int, seconds: float) -> Rush:
    """Let so many `clients` place orders at `address` for so many `seconds`."""
    result = Rush()
    until = time.monotonic() + seconds
    # Below the 5 s after which the server closes an idle connection, perhaps just as it is used.
    limits = httpx.Limits(max_connections=2 * clients, keepalive_expiry=2)
    shop = httpx.AsyncClient(base_url=address, limits=limits, timeout=60)
    async with shop as client, asyncio.TaskGroup() as group:
        for number in range(clients):
            group.create_task(_shop(client, Random(number), result, until=until))
    return result


async def _shop(client: httpx.AsyncClient, chance: Random, result: Rush, *, until: float) -> None:
    while time.monotonic() < until:
        body, headers = _order(chance), {"Idempotency-Key": f"{chance.getrandbits(128):x}"}
        times = 2 if chance.randrange(100) < TWICE else 1
        answers = await asyncio.gather(*(_ask(client, body, headers, result) for _ in range(times)))
        if len({answer for answer in answers if answer is not None}) > 1:
            result.answers[0, "two orders with one key"] += 1


async def _ask(
    client: httpx.AsyncClient, body: dict[str, Any], headers: dict[str, str], result: Rush
) -> int | None:
    started = time.monotonic()
    answer = await client.post("/orders", json=body, headers=headers)
    result.seconds.append(time.monotonic() - started)
    read = answer.json()
    result.answers[answer.status_code, read.get("type", "")] += 1
    if answer.status_code not in {200, 201}:
        return None
    result.placed.add(read["id"])
    return int(read["id"])


def _order(chance: Random) -> dict[str, Any]:
    wrong = chance.randrange(100)
    products = chance.sample(WANTED, chance.randint(1, 4))
    if wrong < WRONG:
        products.append(999_999)
    lines = [{"product_id": each, "quantity": chance.randint(1, 3)} for each in products]
    return {"customer_id": 999_999 if WRONG <= wrong < 2 * WRONG else 1, "lines": lines}


@dataclass(frozen=True)
class Books:
    """What is in the database: to be compared with what the clients were told."""

    stock: dict[int, int]
    sold: dict[int, int]
    orders: int
    confirmed: int
    wrong_totals: int


async def books(database: Database) -> Books:
    """Count everything."""
    amount = func.sum(OrderLine.unit_price * OrderLine.quantity)
    wrong = (
        select(Order.id)
        .join(Order.lines)
        .group_by(Order.id, Order.total)
        .having(amount != Order.total)
        .subquery()
    )
    sold = select(OrderLine.product_id, func.sum(OrderLine.quantity).label("pieces"))
    async with database.session() as session:
        stock = await session.execute(select(Product.id, Product.stock))
        pieces = await session.execute(sold.group_by(OrderLine.product_id))
        return Books(
            stock={row.id: row.stock for row in stock},
            sold={row.product_id: int(row.pieces) for row in pieces},
            orders=await session.scalar(select(func.count()).select_from(Order)) or 0,
            confirmed=await session.scalar(select(func.count()).select_from(Confirmation)) or 0,
            wrong_totals=await session.scalar(select(func.count()).select_from(wrong)) or 0,
        )
