"""Law: what a request has written is committed before its response begins.

A dependency of FastAPI that commits behind its `yield` does so after the response (since 0.118). Where
that commit fails, the client has its 200, and the write is lost.

A middleware (`web/commit_before_response.py`) says when a response begins. Sessions that were opened
before that, by the task that answers, must have nothing left to commit then. Those of background tasks and
of streamed bodies are opened later, or by tasks that nobody waits for.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import ref

from taskbound.awaiting import current_task
from taskbound.errors import CommitAfterResponse
from taskbound.guard.holding import holder_in
from taskbound.guard.ownership import lends
from taskbound.guard.report import report
from taskbound.place import calling_place

if TYPE_CHECKING:
    from weakref import ReferenceType

    from taskbound.awaiting import Task
    from taskbound.guard.session import GuardedSession
    from taskbound.place import Place


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """That the response has begun before a session's writes were committed."""

    began: Place | None
    """The line that began their transaction, None where nothing was sent yet."""


class Reply:
    """The response to one request, from the sessions' point of view."""

    __slots__ = ("_opened", "has_begun")

    def __init__(self) -> None:
        self.has_begun: bool = False
        self._opened: list[tuple[ReferenceType[GuardedSession], Task | None]] = []

    def note(self, session: GuardedSession) -> None:
        """Remember a session that is opened before the response begins."""
        if not self.has_begun:
            self._opened.append((ref(session), current_task()))

    def begin(self) -> None:
        """Note that the response begins. Raises `CommitAfterResponse` where its mode says so."""
        sender, self.has_begun = current_task(), True
        for opened, task in self._opened:
            session = opened()
            if session is not None and _answers(task, sender) and session.has_writes:
                _acknowledge(session)
        self._opened.clear()


# The response that the running code works for, or None outside a request.
reply: ContextVar[Reply | None] = ContextVar("taskbound.reply", default=None)


def report_commit(session: GuardedSession) -> None:
    """Report that a session commits what the client has been told of already. May raise."""
    acknowledged, session.acknowledged = session.acknowledged, None
    if acknowledged is not None:
        place = calling_place()
        error = CommitAfterResponse(place=place, began=acknowledged.began)
        report(error, place, session.modes)


def _acknowledge(session: GuardedSession) -> None:
    mode, holder = session.modes.of(CommitAfterResponse.code), holder_in(session)
    began = holder.place if holder is not None else None
    if mode == "raise":
        error = CommitAfterResponse(place=None, began=began, is_refused=True)
        report(error, began, session.modes)
    if mode != "off":
        session.acknowledged = Acknowledged(began)


def _answers(task: Task | None, sender: Task | None) -> bool:
    """Whether what a task has opened belongs to the response that another one sends."""
    return task is None or task is sender or task.done() or lends(task)
