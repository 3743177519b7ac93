"""A session used in a way that would corrupt or lose its unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import InvalidRequestError

from taskbound.errors.base import Misuse, at

if TYPE_CHECKING:
    from taskbound.place import Place


class SessionMisuse(Misuse, InvalidRequestError):  # type: ignore[misc]  # SQLAlchemy's `code` may be None
    """A session is used in a way that would corrupt or lose its unit of work.

    Attribute: `place`, the line of the refused call.
    """

    place: Place | None


class OverlappingOperations(SessionMisuse):
    """Two tasks are inside one session at the same time.

    Raised by the operation that comes second, before it touches the connection. The first operation
    goes on undisturbed. By `close()` it is raised after the session was closed safely.

    Attributes: `operation` and `place` of the refused call, `running` and `running_place` of the one
    that it would have disturbed, `task` and `running_task`, the names of the two tasks.
    """

    code = "TB101"

    operation: str
    task: str
    place: Place | None
    running: str
    running_task: str
    running_place: Place | None

    def __init__(
        self,
        *,
        operation: str,
        task: str,
        place: Place | None,
        running: str,
        running_task: str,
        running_place: Place | None,
    ) -> None:
        self.operation, self.task, self.place = operation, task, place
        self.running, self.running_task = running, running_task
        self.running_place = running_place
        self._say(
            f"task {task!r} called {operation}(){at(place)} while task {running_task!r} "
            f"is in {running}(){at(running_place)} on the same session",
            "give each task a session of its own: async with db.session() (or your factory) as session",
        )


class InterleavedWork(SessionMisuse):
    """A task would flush, commit, roll back or close what another, unfinished task has written.

    Raised before anything is sent; the other task's work stays as it is.

    Attributes: `operation`, `task` and `place` of the refused call, `writer_task` and `writer_place`,
    the name of the task whose flushed work is in the session and the line where it waits now.
    """

    code = "TB102"

    operation: str
    task: str
    place: Place | None
    writer_task: str
    writer_place: Place | None

    def __init__(
        self,
        *,
        operation: str,
        task: str,
        place: Place | None,
        writer_task: str,
        writer_place: Place | None,
    ) -> None:
        self.operation, self.task, self.place = operation, task, place
        self.writer_task, self.writer_place = writer_task, writer_place
        self._say(
            f"task {task!r} called {operation}(){at(place)} on a session that holds unfinished "
            f"work of task {writer_task!r}{at(writer_place)}",
            "give each task a session of its own: async with db.session() (or your factory) as session; "
            f"or call session.hand_over() in task {writer_task!r}, if this one is to go on with its work",
        )


class SessionClosed(SessionMisuse):
    """A session is used after it was closed, or while it is being closed.

    Attributes: `operation` and `place` of the refused call, `closed_place`, where the session was
    closed (None where that line is not in Python code).
    """

    code = "TB103"

    operation: str
    place: Place | None
    closed_place: Place | None

    def __init__(self, *, operation: str, place: Place | None, closed_place: Place | None) -> None:
        self.operation, self.place, self.closed_place = operation, place, closed_place
        self._say(
            f"{operation}() was called{at(place)} on a session that was closed{at(closed_place)}",
            "open a new one where the work is done: async with db.session() (or your factory) as "
            "session; to use a session again, end its work with reset()",
        )


class InterruptedStream(SessionMisuse):
    """A stream goes on after the transaction of the session in which it began.

    Attributes: `dto`, the type's name, and `place`, where the next row was asked for.
    """

    code = "TB104"

    dto: str
    place: Place | None

    def __init__(self, *, dto: str, place: Place | None) -> None:
        self.dto, self.place = dto, place
        self._say(
            f"the next {dto} of a stream was asked for{at(place)}, but the transaction that the stream "
            "reads in has ended",
            "commit or roll back after the stream, or give it a connection of its own: db.project(...)",
        )
