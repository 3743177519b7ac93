"""The door of a session: what happens to an operation that does not find it open and empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from greenlet import getcurrent

from taskbound.guard import lifetime
from taskbound.guard.report import report

if TYPE_CHECKING:
    from taskbound.awaiting import Task
    from taskbound.guard.session import GuardedSession


def may_enter(session: GuardedSession, task: Task | None, name: str) -> bool:
    """Whether an operation of `task` is the one that is inside from now on.

    False where it goes on beside the one that is inside, or where no task is known. Raises
    `SessionClosed` and `OverlappingOperations`, or reports them, as their modes say.
    """
    owner = session.ownership
    if task is None or owner.running is task or owner.guest is getcurrent():
        return False
    if session.closed is not None:
        lifetime.refuse(session.closed, name, session.modes)
    if overlap := owner.overlap(task, name):
        report(overlap, overlap.place, session.modes)
        # What this operation calls in turn is the same finding. It runs in a greenlet of its own.
        owner.guest = getcurrent() if getcurrent().parent is not None else None
        return False
    return True


def may_end(session: GuardedSession, task: Task, name: str) -> None:
    """Raise or report `InterleavedWork` where the unfinished work in the session is another task's."""
    owner = session.ownership
    if owner.guest is getcurrent():
        return
    if interleaving := owner.interleaving(task, name):
        report(interleaving, interleaving.place, session.modes)
