"""How many connections a pool has, and how many of them the opener of a group holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.pool import QueuePool

from taskbound.engine.held import held_by_task

if TYPE_CHECKING:
    from sqlalchemy import Pool


def capacity(pool: Pool) -> int | None:
    """The connections that a pool opens at most; None where it sets no bound."""
    if not isinstance(pool, QueuePool):
        return None
    bounded: Any = pool
    overflow: int = bounded._max_overflow
    return None if overflow < 0 else pool.size() + overflow


def left_by_task(pool: Pool) -> int | None:
    """The connections that the running task leaves to others; None where the pool sets no bound."""
    bound = capacity(pool)
    return None if bound is None else bound - held_by_task(pool)
