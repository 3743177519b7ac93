"""A block in which no other task gets into a session."""

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
        session = self._session
        if not isinstance(session, GuardedSession):
            return
        owner = session.ownership
        task = owner.task()
        if task is None or owner.running is task:
            return
        idle = owner.running is None and session.closed is None
        if not idle and not may_enter(session, task, self._name):
            return
        # Written out, as in `session.py`.
        if owner.due and monotonic() > owner.due:
            held.report_back(session)
        owner.running, owner.operation, owner.heeded = task, self._name, True
        self._owner = owner

    def __exit__(self, *_: object) -> None:
        if self._owner is not None:
            self._owner.leave()
