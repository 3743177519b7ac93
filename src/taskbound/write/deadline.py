"""The seconds that a block may take, from its begin to its commit."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from taskbound.driver.failure import Kind
from taskbound.engine.verdicts import verdict_of

if TYPE_CHECKING:
    from taskbound.awaiting import Task

# The server's clock and ours, and the way between them: by so many seconds it may be the first to say so.
_CLOSE = 0.05
# What a server does that was told how long things may take.
_ENDED = frozenset((Kind.OVERTIME, Kind.LOST))


class Deadline:
    """A time at which the running task is cancelled, unless it is stopped before.

    Unlike `asyncio.timeout()` it can be stopped when COMMIT is about to be sent, which is not to be
    cancelled, and it is met, too, where the server was faster in ending what took too long.
    """

    def __init__(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("timeout= needs a task to cancel")
        self.seconds = seconds
        self.when: float = loop.time() + seconds
        self._loop = loop
        self._task: Task = task
        self._cancelled_before = task.cancelling()
        self._is_past = False
        self._timer = loop.call_at(self.when, self._expire)

    def left(self) -> float:
        """Seconds until then."""
        return max(0.0, self.when - self._loop.time())

    def stop(self) -> None:
        """Leave the task alone from now on."""
        self._timer.cancel()

    def has_ended(self, error: BaseException | None, dialect: str) -> bool:
        """Whether it is this deadline that has ended the block; to be asked once, when it is stopped.

        error: what the block has raised; None for a block that has passed over its cancellation.
        """
        if not self._is_past:
            return error is not None and self.was_ended_by_the_server(error, dialect)
        is_alone = self._task.uncancel() <= self._cancelled_before
        is_cancelled = error is None or isinstance(error, asyncio.CancelledError)
        return is_alone and (is_cancelled or self.was_ended_by_the_server(error, dialect))

    def was_ended_by_the_server(self, error: BaseException | None, dialect: str) -> bool:
        """Whether an error says that the server has ended what took too long."""
        if not isinstance(error, DBAPIError) or self._loop.time() < self.when - _CLOSE:
            return False
        return verdict_of(error, dialect).kind in _ENDED

    def _expire(self) -> None:
        self._is_past = True
        self._task.cancel()
