"""The thread and the event loop that a session is used in, by which its operations find their task.

What owns a session is a task, never a greenlet. SQLAlchemy runs each awaited call in a greenlet of its
own: one call after the other, one inside the other where a function of `run_sync` awaits again, and those
of `awaitable_attrs`. They all run within steps of the task that awaits them, and asyncio keeps the task
of the step under way by its event loop. So it says the same to each greenlet, whichever came before and
whatever became of it; a greenlet that waits runs nothing and asks nothing; a finished task has no steps.

Which loop is running has to be asked of the thread, which on Python 3.11 asks the system for the
number of the process each time, and that costs more than all else that the guard looks at. So it is asked
once, and the session remembers thread and loop. What it remembers is heard where both hold:

- the session is used in that thread, not in one of `asyncio.to_thread` for example;
- that loop has a step under way, in the only thread that it runs in. Where another loop runs in the thread
  by now, or none, it has not.

Otherwise it is asked again. A forked process that goes on within the step is told the copy of the task,
where asyncio tells it None. From Python 3.12 on the question is cheap, and asked each time.
"""

from __future__ import annotations

import asyncio
import sys
from threading import get_ident
from typing import TYPE_CHECKING, Any

from taskbound.awaiting import current_task

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taskbound.awaiting import Task


class Home:
    """Where a session was last used. `ask` finds the task without it, and renews it."""

    __slots__ = ("loop", "thread")

    def __init__(self) -> None:
        self.loop: object = None
        # What `threading.get_ident()` says.
        self.thread: int = 0

    if sys.version_info < (3, 12):

        def task(self) -> Task | None:
            """The running task, as `TASK` finds it, for what does not write that out."""
            return (_task_in(self.loop) if self.thread == get_ident() else None) or self.ask()

    else:

        def task(self) -> Task | None:
            """The running task, as `TASK` finds it, for what does not write that out."""
            return current_task()

    def ask(self) -> Task | None:
        """The running task, or None in a thread without an event loop and in loop callbacks."""
        task = current_task()
        if task is not None:
            self.loop, self.thread = task.get_loop(), get_ident()
        return task


TASK: str
"""An expression of the running task, which `Home.ask` would return, in which `_owner` is a `Home`."""
NAMES: Mapping[str, Any]
"""What it speaks of."""

if sys.version_info < (3, 12):
    _task_in = vars(asyncio.tasks)["_current_tasks"].get
    TASK = "(_task_in(_owner.loop) if _owner.thread == _thread() else None) or _owner.ask()"
    NAMES = {"_task_in": _task_in, "_thread": get_ident}
else:
    TASK, NAMES = "_running()", {"_running": current_task}
