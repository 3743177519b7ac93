"""Operations of a session, in which no other task gets into it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from taskbound.guard import held
from taskbound.guard.entering import may_enter
from taskbound.guard.session import GuardedSession

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from taskbound.guard.ownership import Ownership


class Operating:
    """`with Operating(session, "project"):`, around what does not go through the session's own methods.

    Raises `SessionClosed` and `OverlappingOperations` at the beginning, as those methods do. A class of
    its own, since a generator as context manager costs three times as much.
    """

    __slots__ = ("_name", "_owner", "_session")

    def __init__(self, session: Session, name: str) -> None:
        self._session = session
        self._name = name
        self._owner: Ownership | None = None

    def __enter__(self) -> None:
        self._owner = entered(self._session, self._name)

    def __exit__(self, *_: object) -> None:
        if self._owner is not None:
            self._owner.leave()


class Door:
    """The way into one session: `with door("project"):`, or `door.enter("project")`."""

    __slots__ = ("session",)

    def __init__(self, session: Session) -> None:
        self.session: Session = session

    def __call__(self, name: str) -> Operating:
        """A block in which no other task gets into the session."""
        return Operating(self.session, name)

    def enter(self, name: str) -> Ownership | None:
        """As `entered`."""
        return entered(self.session, name)


def entered(session: Session, name: str) -> Ownership | None:
    """Begin an operation, which ends with `leave()` of what is returned; where that is None it is another's.

    The same as the block, for what is called so often that an object for it would be felt. Raises as it does.
    """
    if not isinstance(session, GuardedSession):
        return None
    owner = session.ownership
    task = owner.task()
    if task is None or owner.running is task:
        return None
    idle = owner.running is None and session.closed is None
    if not idle and not may_enter(session, task, name):
        return None
    # Written out, as in `session.py`.
    if owner.due and monotonic() > owner.due:
        held.report_back(session)
    owner.running, owner.operation, owner.heeded = task, name, True
    return owner
