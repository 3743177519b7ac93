"""Law 4: a session does not outlive its request or task."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.errors import SessionClosed
from taskbound.guard.report import report
from taskbound.place import calling_place, place_of

if TYPE_CHECKING:
    from types import CodeType

    from taskbound.guard.modes import Modes


class Closed:
    """That a session is closed, and by which line (unknown for a close from synchronous code)."""

    __slots__ = ("_code", "_line")

    def __init__(self, code: CodeType | None = None, line: int = 0) -> None:
        self._code = code
        self._line = line

    def refusal(self, operation: str) -> SessionClosed:
        """The error for an operation that comes after the close."""
        closed_place = place_of(self._code, self._line) if self._code else None
        return SessionClosed(operation=operation, place=calling_place(), closed_place=closed_place)


def refuse(closed: Closed, operation: str, modes: Modes) -> None:
    """Raise or report `SessionClosed`, as its mode says."""
    refusal = closed.refusal(operation)
    report(refusal, refusal.place, modes)
