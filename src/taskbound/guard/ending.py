"""Blocks around the end of a session's work.

Classes, since a generator as context manager costs three times as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.awaiting import current_task
from taskbound.guard import held
from taskbound.place import calling_spot

if TYPE_CHECKING:
    from taskbound.guard.ownership import Ownership
    from taskbound.guard.session import GuardedSession


class EndingHere:
    """Keep the user's line, to which nothing leads from the task that ends the work."""

    __slots__ = ("_guard",)

    def __init__(self, guard: GuardedSession | None) -> None:
        self._guard = guard

    def __enter__(self) -> None:
        if self._guard is not None:
            self._guard.ending_at = calling_spot()

    def __exit__(self, *_: object) -> None:
        if self._guard is not None:
            self._guard.ending_at = None


class Ending:
    """Keep other tasks out of the session while its transaction ends.

    name: "commit" or "rollback".
    """

    __slots__ = ("_guard", "_name", "_owner")

    def __init__(self, guard: GuardedSession | None, name: str) -> None:
        self._guard = guard
        self._name = name
        self._owner: Ownership | None = None

    def __enter__(self) -> None:
        guard = self._guard
        if guard is None:
            return
        task, owner = current_task(), guard.ownership
        running = owner.running
        if task is None or (running is not None and not running.done()):
            # It is part of another operation, or was let in beside one.
            return
        if owner.due:
            held.check_back(guard, self._name)
        # Written out, as in `session.py`.
        owner.running, owner.operation, owner.heeded = task, self._name, True
        self._owner = owner

    def __exit__(self, *_: object) -> None:
        if self._owner is not None:
            self._owner.leave()
