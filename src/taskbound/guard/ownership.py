"""Law 1: a session belongs to one task.

Two things are refused. *Overlap*: a second task enters a session while an operation of another task
is under way (TB101); SQLAlchemy lets most of these pass in silence, and some leave the connection in
a state that breaks every later user of it. *Interleaving*: a task ends or sends a unit of work that
another, unfinished task has begun to write (TB102).

Reading in turn from two tasks is not refused: a streamed response body runs in a task of its own
under ASGI servers that speak the specification's version 2.3. Nor is a child that goes on with what
its parent has written, which a parent that waits for it means it to do; `wait_for` makes such
children on Python 3.11. From then on the work is the child's, until it has finished.
"""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any
from weakref import ref

from taskbound.errors import InterleavedWork, OverlappingOperations
from taskbound.place import calling_place, task_place

if TYPE_CHECKING:
    from taskbound.errors import SessionMisuse

Task = asyncio.Task[Any]

# Coroutines that run in a task of their own on behalf of the task that waits for them:
# `async_sessionmaker.begin()` commits in one, and `wait_for(session.commit())` makes one on
# Python 3.11.
_ON_BEHALF = ("_AsyncSessionContextManager.__aexit__", "AsyncSession.", "TaskSession.")
# Names of tasks that leave the ending of their work to the parent: a middleware of Starlette's base
# class commits while the task of its handler still sends the body.
_ON_LOAN = ("BaseHTTPMiddleware.__call__.<locals>.call_next.<locals>.coro",)

# The tasks above this one that have written something, and this one if it has, as weak references.
_writers: ContextVar[tuple[ref[Task], ...]] = ContextVar("taskbound_writers", default=())


class Ownership:
    """Which task is inside a session now, and which one has unfinished writes in it."""

    __slots__ = ("_idle", "operation", "running", "writer")

    def __init__(self) -> None:
        self.running: Task | None = None
        # The name of the method that `running` is in.
        self.operation: str = ""
        self.writer: Task | None = None
        self._idle: asyncio.Future[None] | None = None

    def enter(self, task: Task, operation: str) -> None:
        """Note that `task` begins an operation; raise `OverlappingOperations` if another is in one."""
        if self.running is not None and (refusal := self.overlap(task, operation)):
            raise refusal
        self.running = task
        self.operation = operation

    def leave(self) -> None:
        """Note that the operation has ended."""
        self.running = None
        if self._idle is not None and not self._idle.done():
            self._idle.set_result(None)

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
        if _acts_on_behalf(task) or _descends(writer) or _lends(writer):
            return None
        return InterleavedWork(
            operation=operation,
            task=task.get_name(),
            place=calling_place(),
            writer_task=writer.get_name(),
            writer_place=task_place(writer),
        )

    def wrote(self, task: Task | None) -> None:
        """Note that the session holds work which `task` has sent."""
        if task is None or self.writer is task:
            return
        self.writer = task
        above = _writers.get()
        if not above or above[-1]() is not task:
            _writers.set((*above, ref(task)))

    def check_writer(self, task: Task, operation: str) -> None:
        """Raise `InterleavedWork` where the unfinished work in the session is another task's."""
        if refusal := self.interleaving(task, operation):
            raise refusal

    def refusal(self, operation: str) -> SessionMisuse | None:
        """The error that `operation` of the current task deserves, or None."""
        if self.running is None and self.writer is None:
            return None
        task = current_task()
        if task is None:
            return None
        return self.overlap(task, operation) or self.interleaving(task, operation)

    async def idle(self) -> None:
        """Wait until the operation of the other task has ended."""
        while self.running is not None and not self.running.done():
            self._idle = asyncio.get_running_loop().create_future()
            await asyncio.wait((self._idle, self.running), return_when=asyncio.FIRST_COMPLETED)


def current_task() -> Task | None:
    """The running task, or None in a thread without an event loop and in loop callbacks."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None


def _acts_on_behalf(task: Task) -> bool:
    return _coroutine(task).startswith(_ON_BEHALF)


def _lends(writer: Task) -> bool:
    return writer.get_name().endswith(_ON_LOAN)


def _descends(writer: Task) -> bool:
    """Whether the running task, or one above it, was made by `writer` after it had written."""
    return any(above() is writer for above in _writers.get())


def _coroutine(task: Task) -> str:
    return getattr(task.get_coro(), "__qualname__", "")
