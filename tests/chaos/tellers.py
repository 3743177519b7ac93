"""Clients of the bank: what they do with an order, and what they take its outcome for.

`careful` is how taskbound is meant to be used. The others make one mistake each, on purpose, so that it is
known that the counting would see it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Coroutine
from typing import Any

from taskbound import Database, outcome_of
from tests.chaos.ledger import Account, Ledger, Order, Outcome, move

_TOLD = {
    "committed": Outcome.ACKNOWLEDGED,
    "refused": Outcome.REFUSED,
    "unknown": Outcome.UNKNOWN,
}

Teller = Callable[[Database, Ledger, Order, random.Random], Coroutine[Any, Any, None]]


async def careful(database: Database, ledger: Ledger, order: Order, chance: random.Random) -> None:
    """Believes what the error says, and nothing else."""
    way = chance.choice((_in_block, _by_hand, _repeated))
    try:
        await way(database, ledger, order, chance)
    except BaseException as error:
        if ledger.told[order.id] is not Outcome.ACKNOWLEDGED:
            ledger.tell(order, _TOLD[outcome_of(error)], error)
        if not isinstance(error, Exception):
            raise
    else:
        ledger.tell(order, Outcome.ACKNOWLEDGED)


async def _in_block(database: Database, _: Ledger, order: Order, chance: random.Random) -> None:
    async with database.begin() as session:
        await move(session, order, chance)


async def _by_hand(database: Database, ledger: Ledger, order: Order, chance: random.Random) -> None:
    async with database.session() as session:
        await move(session, order, chance)
        await session.commit()
        # What comes of the session now is not about this order any more.
        ledger.tell(order, Outcome.ACKNOWLEDGED)


async def _repeated(database: Database, _: Ledger, order: Order, chance: random.Random) -> None:
    await database.run(move, order, chance)


async def blind(database: Database, ledger: Ledger, order: Order, chance: random.Random) -> None:
    """Tries again after whatever error."""
    for _ in range(3):
        try:
            async with database.begin() as session:
                await move(session, order, chance)
        except Exception as error:
            ledger.tell(order, Outcome.UNKNOWN, error)
        else:
            ledger.tell(order, Outcome.ACKNOWLEDGED)
            return


async def hasty(database: Database, ledger: Ledger, order: Order, chance: random.Random) -> None:
    """Acknowledges inside the block, before the commit."""
    try:
        async with database.begin() as session:
            await move(session, order, chance)
            ledger.tell(order, Outcome.ACKNOWLEDGED)
    except Exception as error:
        ledger.errors[repr(error)[:160]] += 1


async def sure(database: Database, ledger: Ledger, order: Order, chance: random.Random) -> None:
    """Takes every error for a refusal, that of a COMMIT as well."""
    try:
        async with database.begin() as session:
            await move(session, order, chance)
    except Exception as error:
        ledger.tell(order, Outcome.REFUSED, error)
    else:
        ledger.tell(order, Outcome.ACKNOWLEDGED)


async def halving(database: Database, ledger: Ledger, order: Order, chance: random.Random) -> None:
    """Moves the money in one transaction and writes of it in another, which does not come."""
    async with database.begin() as session:
        source = await session.get_one(Account, order.source)
        source.balance -= order.amount
    ledger.tell(order, Outcome.UNKNOWN)
