"""How many connections a pool can bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from sqlalchemy import Pool


def capacity(pool: Pool) -> int | None:
    """The connections that a pool opens at most; None where it sets no bound."""
    if not isinstance(pool, QueuePool):
        return None
    bounded: Any = pool
    overflow: int = bounded._max_overflow
    return None if overflow < 0 else pool.size() + overflow
