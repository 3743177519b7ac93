"""Law: who takes a connection gives it back.

Seen where the garbage collector finds a connection that nobody has any more, where asyncio has to close
a generator that nobody has gone on with, and, for sessions that something still refers to, where a
checkout has waited in vain. A finished task alone says nothing: the session of a test's fixture was
opened in a task that has ended, and is closed by another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.awaiting import current_task
from taskbound.errors import AbandonedConnection
from taskbound.guard.holding import holder_in
from taskbound.guard.report import report

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from taskbound.errors import Holder
    from taskbound.guard.modes import Modes

# The type of what asyncio makes a task of to close a generator that was thrown away.
_CLOSING = "async_generator_athrow"


def report_collected(holder: Holder, modes: Modes) -> None:
    """Report a connection whose session was collected as garbage."""
    _report(holder, "its session was thrown away unclosed", modes)


def report_finished(holder: Holder, modes: Modes) -> None:
    """Report a connection whose task has finished."""
    _report(holder, "the task that took it has finished", modes)


def check_generator(session: Session, modes: Modes) -> None:
    """Report a session that is closed because the generator around it was thrown away."""
    task = current_task()
    if task is None or type(task.get_coro()).__name__ != _CLOSING:
        return
    holder = holder_in(session)
    if holder is not None:
        _report(holder, "the generator that opened its session was left in the middle", modes)


def _report(holder: Holder, reason: str, modes: Modes) -> None:
    error = AbandonedConnection(
        place=holder.place, task=holder.task, seconds=holder.seconds, reason=reason
    )
    # Not the fault of who comes across it, so it is not raised there.
    report(error, holder.place, modes, raises=False)
