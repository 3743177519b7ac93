"""What the laws have to know of a row that was written past the unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.guard.discarded import Discard
from taskbound.guard.session import GuardedSession

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from taskbound.guard.ownership import Ownership


def note_change(session: Session, what: str, owner: Ownership | None = None) -> None:
    """Note that the current task has written something that is neither committed nor rolled back.

    what: the verb and the table.
    owner: what says that the current task is inside; None where that is to be asked.
    """
    if isinstance(session, GuardedSession):
        inside = session.ownership
        inside.writer = inside.task() if owner is None else owner.running
        session.unsaved.note(what)


def note_expired(session: Session, operation: str) -> None:
    """Note that an operation has expired what the session holds of the rows that it has written."""
    if isinstance(session, GuardedSession):
        session.changed_by = Discard(operation, session.ending_at)
