"""Why there is no snapshot, or no longer one."""

from __future__ import annotations

from taskbound.errors import NoSnapshot
from taskbound.place import calling_place

_TOGETHER = (
    "read everything in one session: async with db.begin() as session; or leave snapshot=True out"
)


def of_engine(dialect: str) -> NoSnapshot:
    """The engine has none."""
    return NoSnapshot(
        reason=f"{dialect} has none that several connections could share",
        cure=_TOGETHER,
        place=calling_place(),
    )


def of_own_engine() -> NoSnapshot:
    """SQLite, with transactions as SQLAlchemy's engine begins them: not before the first write."""
    return NoSnapshot(
        reason="the transactions of an engine of your own begin on SQLite with the first write",
        cure="let Database(url) make the engine, or leave snapshot=True out",
        place=calling_place(),
    )


def too_small(size: int, needed: int) -> NoSnapshot:
    """The pool could not give the first task a connection."""
    return NoSnapshot(
        reason=f"it takes {needed} connections, and the pool has {size} for this task",
        cure="raise pool_size, or give back what the task holds, with reset()",
        place=calling_place(),
    )


def ended() -> NoSnapshot:
    """The transaction that saw it is over."""
    return NoSnapshot(
        reason="the transaction that saw it has ended",
        cure="read inside the group's block, and leave tg.session without commit() and rollback()",
        place=calling_place(),
    )
