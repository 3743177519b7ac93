"""Transactions that the database asks to try again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

Answer = TypeVar("Answer")

# Serialization failure and deadlock, PostgreSQL.
_SQLSTATES = frozenset({"40001", "40P01"})
# Deadlock, lock wait timeout, and a record changed since the snapshot, MariaDB.
_NUMBERS = frozenset({1213, 1205, 1020})

# Times that a transaction is tried.
ATTEMPTS = 5
# Seconds, at most, before the second try; each further one may wait twice as long.
FIRST_PAUSE = 0.01


async def retried(transaction: Callable[[], Awaitable[Answer]]) -> Answer:
    """What `transaction` answers, tried again as a whole where the database rolled it back.

    Each try opens its own session: nothing of a try that failed is in the next one. Raises the error
    of the last try, and at once every other error.
    """
    for attempt in range(ATTEMPTS - 1):
        try:
            return await transaction()
        except DBAPIError as error:
            if not _rolled_back(error):
                raise
        # Of two that met, chance sends one ahead.
        await asyncio.sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))  # noqa: S311 - no secret
    return await transaction()


def _rolled_back(error: DBAPIError) -> bool:
    """Whether the database says that it undid the transaction, and that it may be tried again."""
    sqlstate = getattr(error.orig, "sqlstate", None)
    number = error.orig.args[0] if error.orig is not None and error.orig.args else None
    return sqlstate in _SQLSTATES or number in _NUMBERS
