"""The unit of work around an order: one transaction, repeated as a whole where the database undoes it."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from shop.errors import KeyReused
from shop.repositories.idempotency_keys import IdempotencyKeys
from shop.repositories.orders import ORDER, ORDER_OF_KEY
from shop.schemas.order import OrderRead, OrderWrite
from shop.services.placing import Placing
from taskbound import Database, TaskSession, UniqueViolation


@dataclass(frozen=True, slots=True)
class Placed:
    """The answer to an order. `again` says that an earlier request had it already."""

    order: OrderRead
    again: bool


async def place_once(db: Database, wanted: OrderWrite, *, key: str | None) -> Placed:
    """The placed order, committed. A key that comes again gets the order of the first time.

    key: the client's idempotency key; None places an order each time.

    Raises what `Placing.place` refuses, `KeyReused` where the key came with a different order,
    SQLAlchemy's errors where the database fails, and without a key `CommitOutcomeUnknown` where the
    answer to the commit is lost.
    """
    digest = sha256(wanted.model_dump_json().encode()).hexdigest()
    try:
        # Only a key lets us find out whether an order was placed whose commit had no answer.
        verify = _is_placed if key is not None else None
        order = await db.run(_place, wanted, key, digest, attempts=5, verify=verify)
    except UniqueViolation:
        first = await _first(db, key, digest) if key is not None else None
        if first is None:
            raise
        return Placed(first, again=True)
    return Placed(order, again=False)


async def _place(
    session: TaskSession, wanted: OrderWrite, key: str | None, digest: str
) -> OrderRead:
    order = await Placing(session).place(wanted, key=key, digest=digest)
    return await session.project(ORDER).get_one(order.id)


async def _is_placed(
    session: TaskSession, _wanted: OrderWrite, key: str | None, digest: str
) -> bool:
    return key is not None and await IdempotencyKeys(session).digest(key) == digest


async def _first(db: Database, key: str, digest: str) -> OrderRead | None:
    """The order that was placed with this key, or None."""
    async with db.session() as session:
        known = await IdempotencyKeys(session).digest(key)
        if known is not None and known != digest:
            raise KeyReused(key)
        return await session.project(ORDER_OF_KEY, key=key).one_or_none()
