"""A coroutine that a cancellation does not end: it goes on in a task of its own.

A task from the beginning costs turns of the event loop, of which most coroutines that are not cancelled
need none.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from taskbound.awaiting import current_name

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator
    from contextvars import Context

    from taskbound.awaiting import Task
    from taskbound.engine.committing import Commit


class Continued:
    """Awaits the coroutine of a commit in the running task, and lets go of it once COMMIT is sent.

    Awaiting raises what the coroutine raises. A cancellation before COMMIT is sent is the coroutine's; one
    that comes later is raised at once, while the coroutine goes on in `task`. What the coroutine waits for
    must not mind that, as `asyncio.timeout()` does: it would cancel the task that it was entered in.
    """

    __slots__ = ("_commit", "_coroutine", "cancelled", "task")

    def __init__(self, coroutine: Coroutine[Any, Any, object], commit: Commit) -> None:
        self._coroutine = coroutine
        self._commit = commit
        self.cancelled: asyncio.CancelledError | None = None
        """The first cancellation of the running task."""
        self.task: Task | None = None
        """Where the coroutine goes on; None where it has ended in the running task."""

    def __await__(self) -> Generator[Any, None, None]:
        """Run the coroutine."""
        step: Callable[..., Any] = self._coroutine.send
        given: object = None
        while True:
            try:
                awaited = step(given)
            except StopIteration:
                return
            try:
                if getattr(awaited, "_asyncio_future_blocking", None):
                    awaited._asyncio_future_blocking = False
                    awaited = _Awaited(awaited, self._commit)
                yield awaited
            except asyncio.CancelledError as error:
                self.cancelled = self.cancelled or error
                if self._commit.sent and not _is_cancelled(awaited):
                    self.task = self._gone_on(awaited)
                    raise
                step, given = self._coroutine.throw, error
            except BaseException as error:  # noqa: BLE001  # the coroutine's own to raise or to take
                step, given = self._coroutine.throw, error
            else:
                step, given = self._coroutine.send, None

    def _gone_on(self, awaited: object) -> Task:
        future = awaited.future if isinstance(awaited, _Awaited) else None
        rest = _rest_of_commit(self._coroutine, future)
        return asyncio.get_running_loop().create_task(rest, name=current_name())


class _Awaited:
    """What a task waits for, in place of a future that its cancellation must not cancel.

    It has what asyncio's tasks ask of a future: they take each object with `_asyncio_future_blocking`.
    """

    __slots__ = ("_asyncio_future_blocking", "_commit", "_context", "_wake", "future")

    def __init__(self, future: asyncio.Future[Any], commit: Commit) -> None:
        self.future = future
        self._commit = commit
        self._asyncio_future_blocking = True

    def get_loop(self) -> asyncio.AbstractEventLoop:
        """That of the future."""
        return self.future.get_loop()

    def add_done_callback(
        self, wake: Callable[[asyncio.Future[Any]], object], *, context: Context | None = None
    ) -> None:
        """Have the task woken by the future itself."""
        self._wake, self._context = wake, context
        self.future.add_done_callback(wake, context=context)

    def cancel(self, msg: Any = None) -> bool:
        """Cancel the future, or no more than the wait for it. Whether there was something to cancel."""
        future = self.future
        if not self._commit.sent:
            return future.cancel(msg)
        if future.done():
            return False
        future.remove_done_callback(self._wake)
        cancelled = future.get_loop().create_future()
        cancelled.cancel(msg)
        cancelled.add_done_callback(self._wake, context=self._context)
        return True


def _is_cancelled(awaited: object) -> bool:
    """Whether the future itself was cancelled, by whoever it belongs to."""
    return isinstance(awaited, _Awaited) and awaited.future.cancelled()


async def _rest_of_commit(
    coroutine: Coroutine[Any, Any, object], awaited: asyncio.Future[Any] | None
) -> None:
    if awaited is not None:
        try:
            await asyncio.wait((awaited,))
        except asyncio.CancelledError:
            # The coroutine is told by what it waits for.
            awaited.cancel()
    await _Begun(coroutine)


class _Begun:
    """A coroutine that has begun, which `await` alone refuses."""

    __slots__ = ("_coroutine",)

    def __init__(self, coroutine: Coroutine[Any, Any, object]) -> None:
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, object]:
        return self._coroutine.__await__()
