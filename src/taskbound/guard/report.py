"""What the guard has seen, as an error, a warning, or a line in the log."""

from __future__ import annotations

import logging
import warnings
from typing import TYPE_CHECKING

from taskbound.errors import TaskboundWarning
from taskbound.events import Finding, publish

if TYPE_CHECKING:
    from taskbound.errors import TaskboundError
    from taskbound.guard.modes import Modes
    from taskbound.place import Place

_log = logging.getLogger("taskbound.guard")

# Places that are remembered; past that all are forgotten, and told anew.
_MOST_PLACES = 10_000
_seen: dict[tuple[str, str, int], int] = {}


def report(
    error: TaskboundError, place: Place | None, modes: Modes, *, raises: bool = True
) -> None:
    """Do what the mode of the error's code says: raise it, warn, note it in the log, or nothing.

    place: the line that is at fault. What was seen there before is an event, a warning or a line in the
        log at its 1st, 10th, 100th ... time only; where it raises, it raises each time.
    raises: False where the running code is not at fault; `raise` is as `observe` then.
    """
    mode = modes.of(error.code)
    if mode == "off":
        return
    count = _counted(error.code, place)
    if _is_power_of_ten(count):
        publish(Finding(error=error, place=place, count=count))
        if mode == "warn":
            # The message names the line, since the stack may not lead to it any more.
            warnings.warn(TaskboundWarning(error), stacklevel=2)
        elif mode == "observe" or not raises:
            _log.warning("%s%s", error, f" [{count} times]" if count > 1 else "")
    if mode == "raise" and raises:
        raise error


def forget() -> None:
    """Take what comes next as seen for the first time; for tests."""
    _seen.clear()


def _counted(code: str, place: Place | None) -> int:
    key = (code, place.file if place else "", place.line if place else 0)
    if len(_seen) >= _MOST_PLACES and key not in _seen:
        _seen.clear()
    count = _seen[key] = _seen.get(key, 0) + 1
    return count


def _is_power_of_ten(count: int) -> bool:
    while count % 10 == 0:
        count //= 10
    return count == 1
