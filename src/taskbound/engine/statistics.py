"""How many connections a pool has, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from sqlalchemy import Pool


@dataclass(frozen=True, slots=True)
class PoolStatistics:
    """The connections of a pool at one moment. Returned by `Database.statistics()`."""

    size: int
    """Connections that the pool keeps at most."""
    checked_out: int
    """Connections that sessions hold now."""
    idle: int
    """Open connections that nobody holds."""


def statistics_of(pool: Pool) -> PoolStatistics:
    """The connections of a pool now. All zero for a pool that keeps none."""
    if not isinstance(pool, QueuePool):
        return PoolStatistics(size=0, checked_out=0, idle=0)
    return PoolStatistics(size=pool.size(), checked_out=pool.checkedout(), idle=pool.checkedin())
