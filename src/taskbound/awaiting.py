"""Which task waits for which, and how one waits for what must not be cut short.

asyncio says so itself only from Python 3.14 on. Before that, a task that waits holds a future, and the
task that it waits for holds a callback that will complete this future. What cannot be seen counts as
not waiting.
"""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

Task = asyncio.Task[Any]

PATIENCE = 0.1
"""Seconds that the end of a cancelled task's work may take: with a server that answers it takes none."""

if sys.version_info < (3, 12):
    # asyncio's own function is three calls of Python here, and this is asked at each operation.
    from asyncio import _get_running_loop

    _current_tasks: dict[Any, Task] = vars(asyncio.tasks)["_current_tasks"]

    def current_task() -> Task | None:
        """The running task, or None in a thread without an event loop and in loop callbacks."""
        return _current_tasks.get(_get_running_loop())

else:

    def current_task() -> Task | None:
        """The running task, or None in a thread without an event loop and in loop callbacks."""
        try:
            return asyncio.current_task()
        except RuntimeError:
            return None


def current_name() -> str | None:
    """The name of the running task; None where there is none."""
    current = current_task()
    return None if current is None else current.get_name()


def parent_of(task: Task) -> Task | None:
    """A task that waits for this one, or has it in its task group; None where nobody is known to."""
    for other in asyncio.all_tasks():
        if other is not task and _waits(other, task):
            return other
    return next(_groups(task), None)


def waits_for(parent: Task, task: Task) -> bool:
    """Whether `parent` waits for `task`, directly or through tasks between them."""
    seen = {task}
    while (above := parent_of(task)) is not None and above not in seen:
        if above is parent:
            return _waits(parent, task)
        seen.add(above)
        task = above
    return False


def _waits(parent: Task, task: Task) -> bool:
    awaited = getattr(parent, "_fut_waiter", None)
    if awaited is None:
        return False
    return awaited is task or any(awaited is held for held in _completes(task))


def _completes(task: Task) -> Iterator[object]:
    """The futures that the callbacks of a task hold: `wait_for`, `shield`, `gather`, task groups."""
    for callback in _callbacks(task):
        held = [
            *getattr(callback, "args", ()),
            *(_content(cell) for cell in getattr(callback, "__closure__", None) or ()),
            getattr(callback, "__self__", None),
        ]
        for owner in held:
            yield owner
            # A task group, asyncio's or anyio's, waits for the last of its tasks.
            yield getattr(owner, "_on_completed_fut", None) or owner


def _groups(task: Task) -> Iterator[Task]:
    for callback in _callbacks(task):
        group = getattr(callback, "__self__", None)
        parent = getattr(group, "_parent_task", None)
        if isinstance(group, asyncio.TaskGroup) and parent is not None:
            yield parent


def _callbacks(task: Task) -> Iterator[object]:
    for callback, *_ in getattr(task, "_callbacks", None) or ():
        yield callback


def _content(cell: Any) -> object:
    try:
        return cell.cell_contents
    except ValueError:
        # The closure's function has not given the variable a value yet.
        return None


async def run_to_the_end(
    ending: Coroutine[Any, Any, None], *, patience: float | None = PATIENCE
) -> None:
    """Run a coroutine in a task of its own; a cancellation is raised when it has ended.

    patience: seconds that it may take once the running task is cancelled, which it may be already. Then it
        is cancelled itself: a server that hangs must not hold what has a deadline. None waits for ever.
    """
    task = asyncio.ensure_future(ending)
    cancelled: asyncio.CancelledError | None = None
    current = current_task()
    hurries = current is not None and current.cancelling() > 0
    try:
        await asyncio.wait((task,), timeout=patience if hurries else None)
    except asyncio.CancelledError as error:
        cancelled = error
    if not task.done():
        with shielded():
            cancelled = await _ended(task, patience if cancelled else 0) or cancelled
    if cancelled is not None:
        # The task's own error comes second to it, and must not be left unread.
        task.cancelled() or task.exception()
        raise cancelled
    if not task.cancelled():
        task.result()


async def _ended(task: Task, patience: float | None) -> asyncio.CancelledError | None:
    """Wait for a task, which is cancelled after so many seconds. Returns the last cancellation meanwhile."""
    loop = asyncio.get_running_loop()
    until = None if patience is None else loop.time() + patience
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait((task,), timeout=None if until is None else until - loop.time())
        except asyncio.CancelledError as error:
            cancelled = error
        if until is not None and loop.time() >= until and not task.done():
            task.cancel()
            until = None
    return cancelled


def shielded() -> AbstractContextManager[object]:
    """A block in which no scope of anyio's cancels what is awaited; `Task.cancel()` still does.

    A scope cancels its task again in each turn of the event loop: a task that waits all the same keeps the
    processor busy until it has what it waits for.
    """
    scope = getattr(sys.modules.get("anyio"), "CancelScope", None)
    return nullcontext() if scope is None else cast("Any", scope)(shield=True)
