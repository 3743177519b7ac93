"""Law 1: a session belongs to one task.

Two things are refused. *Overlap*: a second task enters a session while an operation of another task
is under way (TB101); SQLAlchemy lets most of these pass in silence, and some leave the connection in
a state that breaks every later user of it. *Interleaving*: a task ends or sends a unit of work that
another, unfinished task has begun to write (TB102).

Reading in turn from two tasks is not refused: a streamed response body runs in a task of its own
under ASGI servers that speak the specification's version 2.3. Nor is a child that goes on with what
its parent has written while the parent waits for it, as `wait_for` does on Python 3.11. From then on
the work is the child's, until it has finished.
"""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING

from taskbound.awaiting import Task, current_task, waits_for
from taskbound.errors import InterleavedWork, OverlappingOperations
from taskbound.guard.home import Home
from taskbound.guard.report import report
from taskbound.place import calling_place, is_called_from, task_place

if TYPE_CHECKING:
    from taskbound.errors import SessionMisuse
    from taskbound.guard.modes import Modes

# Coroutines that run in a task of their own on behalf of the task that waits for them: a commit does,
# `async_sessionmaker.begin()` does, and so does `wait_for(session.commit())` on Python 3.11.
_ON_BEHALF = (
    "_AsyncSessionContextManager.__aexit__",
    "AsyncSession.",
    "TaskSession.",
    "ClosingSession.",
    "TaskTransaction.",
    "_answering",
    "_rest_of_commit",
)
# The same, for a thread that the waiting task runs: anyio's `from_thread.run`.
_FOR_A_THREAD = "run_async_from_thread.<locals>.task_wrapper"
# Names of tasks that leave the ending of their work to the parent: a middleware of Starlette's base
# class commits while the task of its handler still sends the body.
_ON_LOAN = ("BaseHTTPMiddleware.__call__.<locals>.call_next.<locals>.coro",)

# Seconds that a task which is still inside a session has to leave it when the session is closed.
_PATIENCE = 1.0


class Ownership(Home):
    """Which task is inside a session now, and which one has unfinished writes in it."""

    __slots__ = (
        "budget",
        "due",
        "guest",
        "heeded",
        "operation",
        "running",
        "used_by",
        "waited_for",
        "writer",
    )

    def __init__(self) -> None:
        super().__init__()
        self.running: Task | None = None
        # Seconds that a connection may lie idle in a transaction (0: for ever), and when they are over.
        self.budget: float = 0.0
        self.due: float = 0.0
        # The method that has used the connection last.
        self.used_by: str = ""
        # The name of the method that `running` is in.
        self.operation: str = ""
        # Whether its end is to be noted: it has used the database, or somebody waits for it.
        self.heeded: bool = False
        self.writer: Task | None = None
        # The greenlet of an operation that was let in beside `running`, where that only warns.
        self.guest: object = None
        # Completed when `running` leaves; None until somebody waits for that.
        self.waited_for: asyncio.Future[None] | None = None

    def enter(self, task: Task, operation: str) -> None:
        """Note that `task` begins an operation that uses the database."""
        self.running = task
        self.operation = operation
        self.heeded = True

    def leave(self) -> None:
        """Note that the operation has ended."""
        self.running = None
        self.heeded = False
        if self.budget:
            self.due = monotonic() + self.budget
            self.used_by = self.operation
        if self.waited_for is not None and not self.waited_for.done():
            self.waited_for.set_result(None)

    @property
    def is_taken(self) -> bool:
        """Whether an operation is inside."""
        return self.running is not None and not self.running.done()

    def overlap(self, task: Task, operation: str) -> OverlappingOperations | None:
        """The error for `task` entering now, or None where no other task is inside."""
        running = self.running
        if running is None or running is task or running.done():
            return None
        return OverlappingOperations(
            operation=operation,
            task=task.get_name(),
            place=calling_place(),
            running=self.operation,
            running_task=running.get_name(),
            running_place=task_place(running),
        )

    def interleaving(self, task: Task, operation: str) -> InterleavedWork | None:
        """The error for `task` ending the unit of work now, or None where it may."""
        writer = self.writer
        if writer is None or writer is task or writer.done():
            return None
        if _acts_on_behalf(task) or lends(writer):
            return None
        if waits_for(writer, task) or is_called_from(writer):
            return None
        return InterleavedWork(
            operation=operation,
            task=task.get_name(),
            place=calling_place(),
            writer_task=writer.get_name(),
            writer_place=task_place(writer),
        )

    def refusal(self, operation: str, modes: Modes) -> SessionMisuse | None:
        """The error that `operation` of the current task deserves, or None.

        What is not to raise is reported here, and then is none.
        """
        if self.running is None and self.writer is None:
            return None
        task = current_task()
        if task is None or (self.running in {None, task} and self.writer in {None, task}):
            return None
        for misuse in (self.overlap(task, operation), self.interleaving(task, operation)):
            if misuse is not None and modes.of(misuse.code) == "raise":
                return misuse
            if misuse is not None:
                report(misuse, misuse.place, modes)
        return None

    async def idle(self) -> None:
        """Wait until no other task is inside the session.

        An operation that does not end soon is cancelled, and so is one that is waited for when the
        waiting itself is cancelled: a session that is left has no more use for it, and it may be
        waiting for what the leaving task holds.
        """
        cancelled: Task | None = None
        while (running := self.running) is not None and not running.done():
            ended = False
            try:
                ended = await self._ended(running)
            finally:
                if not ended and running is not cancelled:
                    running.cancel("the session it was inside has been closed")
                    cancelled = running

    async def _ended(self, running: Task) -> bool:
        if self.waited_for is None or self.waited_for.done():
            self.waited_for = asyncio.get_running_loop().create_future()
            self.heeded = True
        done, _ = await asyncio.wait(
            (self.waited_for, running), timeout=_PATIENCE, return_when=asyncio.FIRST_COMPLETED
        )
        return bool(done)


def _acts_on_behalf(task: Task) -> bool:
    name = _coroutine(task)
    return name.startswith(_ON_BEHALF) or name.endswith(_FOR_A_THREAD)


def lends(writer: Task) -> bool:
    """Whether a task leaves the ending of its work to the task that has started it."""
    return writer.get_name().endswith(_ON_LOAN)


def _coroutine(task: Task) -> str:
    return getattr(task.get_coro(), "__qualname__", "")
