"""What the guard does about what a pool sees: one method a law, each in a file of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.engine.pool import TaskPool
from taskbound.guard import abandoned, held, nested_checkout, poisoned

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

    from taskbound.errors import Holder
    from taskbound.guard.modes import Modes


class PoolWatch:
    """The laws of one pool.

    held_budget: seconds that a connection may lie idle in a transaction; None leaves that out.
    """

    __slots__ = ("_held_budget", "_modes")

    def __init__(self, modes: Modes, held_budget: float | None) -> None:
        self._modes = modes
        self._held_budget = held_budget

    def nested(self, holder: Holder) -> None:
        """The running task is about to take a connection besides the one that it holds."""
        nested_checkout.report_second(holder, self._modes)

    def returned_open(self, holder: Holder) -> None:
        """A connection came back with a transaction open on it."""
        poisoned.report_open(holder, self._modes)

    def thrown_away(self, holder: Holder) -> None:
        """What held a connection was collected as garbage."""
        abandoned.report_collected(holder, self._modes)

    def exhausted(self, holders: tuple[Holder, ...]) -> None:
        """A checkout has waited in vain for those who hold the connections."""
        for holder in holders:
            if holder.is_done:
                abandoned.report_finished(holder, self._modes)
            elif self._held_budget is not None:
                held.report_waiting(holder, self._held_budget, self._modes)


def watch_pool(engine: AsyncEngine, modes: Modes, held_budget: float | None) -> None:
    """Have the pool of an engine tell the guard what it sees. A pool that is not taskbound's has no laws."""
    if isinstance(engine.pool, TaskPool):
        engine.pool.watch = PoolWatch(modes, held_budget)
