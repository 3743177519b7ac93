"""The unit of work around an order: one transaction, repeated by nobody but us."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from shop.errors import KeyReused
from shop.repositories.idempotency_keys import IdempotencyKeys
from shop.repositories.orders import ORDER, ORDER_OF_KEY
from shop.retry import retried
from shop.schemas.order import OrderRead, OrderWrite
from shop.services.placing import Placing
from taskbound import Database, UniqueViolation


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer to an order. `again` says that an earlier request had it already."""

    order: OrderRead
    again: bool


async def place_once(db: Database, wanted: OrderWrite, *, key: str | None) -> Placed:
    """The placed order, committed. A key that comes again gets the order of the first time.

    key: the client's idempotency key; None places an order each time.

    Raises what `Placing.place` refuses, `KeyReused` where the key came with a different order, and
    SQLAlchemy's errors where the database fails, also at the commit.
    """
    digest = sha256(wanted.model_dump_json().encode()).hexdigest()
    try:
        order = await retried(lambda: _place(db, wanted, key=key, digest=digest))
    except UniqueViolation:
        first = await _first(db, key, digest) if key is not None else None
        if first is None:
            raise
        return Placed(first, again=True)
    return Placed(order, again=False)


async def _place(db: Database, wanted: OrderWrite, *, key: str | None, digest: str) -> OrderRead:
    async with db.begin() as session:
        order = await Placing(session).place(wanted, key=key, digest=digest)
        return await session.project(ORDER).get_one(order.id)


async def _first(db: Database, key: str, digest: str) -> OrderRead | None:
    """The order that was placed with this key, or None."""
    async with db.session() as session:
        known = await IdempotencyKeys(session).digest(key)
        if known is not None and known != digest:
            raise KeyReused(key)
        return await session.project(ORDER_OF_KEY, key=key).one_or_none()
