"""Who holds which connection of a pool: a stamp at each checkout, read when something goes wrong."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol
from weakref import ReferenceType

from taskbound.awaiting import current_task
from taskbound.errors import Holder
from taskbound.place import place_of, task_place, waits_in_database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import CodeType

    from sqlalchemy.pool import ConnectionPoolEntry

    from taskbound.driver.facts import Driver
    from taskbound.place import Place

Task = asyncio.Task[Any]

# The task, the time by `time.monotonic()`, the line, and what is held. A tuple, and the line not yet a
# `Place`, since one is made at each checkout. The task weakly: its error would keep alive the very
# session that is to be found abandoned. Without a line where the checkout is for one await, so that the
# line at which the task waits is the line that took the connection.
Stamp = tuple[
    ReferenceType[Task], float, "tuple[CodeType | None, int] | None", "ConnectionPoolEntry"
]
# The line of a checkout that is none of the user's.
NOWHERE = (None, 0)

# Whether the running task may take a connection besides one that it holds.
_beside: ContextVar[bool] = ContextVar("taskbound.beside", default=False)


@contextmanager
def beside() -> Iterator[None]:
    """Let the running task take a connection besides one that it holds, for no longer than a moment."""
    token = _beside.set(True)
    try:
        yield
    finally:
        _beside.reset(token)


def is_beside() -> bool:
    """Whether the running task may take a second connection."""
    return _beside.get()


class Watch(Protocol):
    """Who is told what a pool sees."""

    def nested(self, holder: Holder) -> None:
        """The running task takes a connection besides the one that it holds. May raise."""

    def returned_open(self, holder: Holder) -> None:
        """A connection came back with a transaction open, and has been closed. May raise."""

    def thrown_away(self, holder: Holder) -> None:
        """The garbage collector has found a connection that nobody has any more."""

    def exhausted(self, holders: tuple[Holder, ...]) -> None:
        """A checkout has waited in vain."""


def holders_of(stamps: Iterable[Stamp], driver: Driver | None) -> tuple[Holder, ...]:
    """The holders that have left these stamps, the longest first."""
    by_age = sorted(stamps, key=lambda one: one[1])
    return tuple(holder_of(one, driver) for one in by_age)


def holder_of(one: Stamp, driver: Driver | None) -> Holder:
    """Who has left a stamp, and what that task does now."""
    task, line = one[0](), one[2]
    waits_at = task_place(task) if task is not None and not task.done() else None
    return Holder(
        place=_place(line) or waits_at,
        task=task.get_name() if task is not None else None,
        is_done=task is None or task.done(),
        seconds=time.monotonic() - one[1],
        in_transaction=is_in_transaction(one[3], driver),
        is_busy=task is not None and task is not current_task() and waits_in_database(task),
        waits_at=waits_at,
    )


def is_in_transaction(record: ConnectionPoolEntry, driver: Driver | None) -> bool | None:
    """Whether a transaction is open on a connection, as its driver knows without asking the server.

    None where the driver is not one of taskbound's, or the connection is closed.
    """
    raw = record.driver_connection
    if driver is None or raw is None:
        return None
    return driver.in_transaction(raw)


def _place(line: tuple[CodeType | None, int] | None) -> Place | None:
    return place_of(line[0], line[1]) if line is not None and line[0] is not None else None
