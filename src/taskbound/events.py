"""What happened, as frozen records, for those who listen: logs, metrics, a console, a test.

```python
stop = subscribe(lambda finding: alarms.append(finding.error), Finding)
```

A listener is called where the thing happens, in the task and thread that it happens in, so it has to be
quick and must not wait. What it raises is logged and goes no further.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.errors import TaskboundError
    from taskbound.place import Place

_log = logging.getLogger("taskbound")


@dataclass(frozen=True, slots=True)
class Event:
    """Base of all events."""


@dataclass(frozen=True, slots=True)
class Finding(Event):
    """The guard has seen a misuse, whether that raises or not."""

    error: TaskboundError
    """The error that says what it is; not raised where the mode of its code is `warn` or `observe`."""
    place: Place | None
    """The line of the user's code, None where it is not known."""
    count: int
    """How often it was seen at this place. Only the 1st, 10th, 100th ... time is an event."""

    @property
    def code(self) -> str:
        """The code of the error, which names its page: `TB405`."""
        return self.error.code


@dataclass(frozen=True, slots=True)
class CancelledCommit(Event):
    """A task was cancelled while the database carried out its COMMIT."""

    outcome: Literal["committed", "refused", "unknown"]
    """What is known of the transaction; `refused` means that nothing of it is in the database."""
    place: Place | None
    """The line that the commit was for, None where it is not known."""


@dataclass(frozen=True, slots=True)
class Retried(Event):
    """A function is about to be called again as a whole, by `db.run()` or `@db.transactional`."""

    function: str
    """Its name."""
    attempt: int
    """The number of the attempt that has failed, from 1."""
    error: BaseException
    """What it has failed with."""
    delay: float
    """Seconds until the next attempt."""


@dataclass(frozen=True, slots=True)
class AfterCommitFailed(Event):
    """What `session.after_commit()` has put off until a commit has failed. The commit stands."""

    function: str
    """The name of the function."""
    error: Exception
    """What it has raised; in the log, too."""


@dataclass(frozen=True, slots=True)
class FiltersLeftOut(Event):
    """A session or a query was made that does not keep to all filters of its models: `unfiltered()`."""

    filters: tuple[str, ...]
    """The names of those that it leaves out, in the order of the alphabet."""
    place: Place | None
    """The line that has made it, None where it is not known."""


E = TypeVar("E", bound=Event)

# Replaced whole at each change, so that an event that is under way meets no change.
_listeners: tuple[tuple[type[Event], Callable[[Any], object]], ...] = ()


def subscribe(listener: Callable[[E], object], kind: type[E]) -> Callable[[], None]:
    """Call `listener` with every event of a kind from now on. Returns the call that ends it.

    kind: a class of events; `Event` means all of them.
    """
    global _listeners  # noqa: PLW0603  # one list for the process
    entry = (kind, listener)
    _listeners = (*_listeners, entry)

    def end() -> None:
        global _listeners  # noqa: PLW0603
        _listeners = tuple(other for other in _listeners if other is not entry)

    return end


def publish(event: Event) -> None:
    """Hand an event to those who listen for its kind."""
    for kind, listener in _listeners:
        if isinstance(event, kind):
            try:
                listener(event)
            except Exception:  # noqa: BLE001  # it is not the fault of what is told
                _log.exception("a listener failed on %s", type(event).__name__)


def has_listeners(kind: type[Event]) -> bool:
    """Whether anybody would hear an event of this kind, so that others need not be made."""
    return any(issubclass(kind, wanted) for wanted, _ in _listeners)
