"""Law 3: a block that commits is ended by its end.

`session.commit()` inside `async with session.begin():` commits half of the block; what comes after it
fails or is lost. Inside a savepoint's block, `commit()` and `rollback()` end the whole transaction.
`rollback()` inside the outermost block throws the whole block away, as it says, and passes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.errors import InnerCommit
from taskbound.guard.report import report
from taskbound.place import calling_place

if TYPE_CHECKING:
    from taskbound.guard.session import GuardedSession
    from taskbound.place import Spot


class EnteredBlock:
    """An `async with` block of a transaction or a savepoint, and the line that it begins at."""

    __slots__ = ("nested", "spot")

    def __init__(self, spot: Spot | None, *, nested: bool) -> None:
        self.spot: Spot | None = spot
        self.nested: bool = nested


def check(session: GuardedSession, operation: str) -> None:
    """Raise or report `InnerCommit` where the innermost block is not the one that `operation` ends."""
    block = session.blocks[-1]
    if operation not in {"commit", "rollback"} or (operation == "rollback" and not block.nested):
        return
    place = calling_place()
    error = InnerCommit(
        operation=operation,
        place=place,
        block="begin_nested" if block.nested else "begin",
        block_place=block.spot.place() if block.spot else None,
    )
    report(error, place, session.modes)
