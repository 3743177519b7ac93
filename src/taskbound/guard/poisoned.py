"""Law: a connection comes back as it was taken, with no transaction open.

The pool closes one that does not, whatever the mode is: the next to have it would work, and fail, in a
transaction that it did not begin. SQLAlchemy rolls back what it knows of. It does not know of a `BEGIN`
on the driver's own connection, and forgets what it could not roll back because a statement of another
task was under way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.errors import PoisonedConnection
from taskbound.guard.report import report

if TYPE_CHECKING:
    from taskbound.errors import Holder
    from taskbound.guard.modes import Modes


def report_open(holder: Holder, modes: Modes) -> None:
    """Report that a connection came back with a transaction open."""
    error = PoisonedConnection(place=holder.place, task=holder.task)
    report(error, holder.place, modes)
