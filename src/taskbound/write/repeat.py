"""A function that is called again as a whole where the database has undone what it did.

Every attempt has a session of its own, so that nothing of one that failed is in the next. What is
repeated: serialization failures, deadlocks, locks that were not to be had, a busy SQLite, prepared
statements of before a change of the schema, stale versions, and connections that were lost before
COMMIT was sent. What comes after that is `CommitOutcomeUnknown`, and is repeated only where the caller
finds out that it has not happened.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from taskbound.driver.failure import Kind
from taskbound.engine.pool import is_unreached
from taskbound.engine.verdicts import verdict_of
from taskbound.errors import CommitOutcomeUnknown, DeadlineExceeded
from taskbound.events import Retried, publish
from taskbound.write.function import awaited, name_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

# What another attempt may get through.
_PASSING = frozenset(
    (Kind.SERIALIZATION, Kind.DEADLOCK, Kind.LOCK, Kind.BUSY, Kind.STALE_PLAN, Kind.LOST)
)
# Seconds before the second attempt, and at most before any: for those that met, and for a server that is
# away, which takes a while to come back or to be replaced.
_MET = (0.01, 1.0)
_AWAY = (0.1, 2.0)


@dataclass(frozen=True, slots=True)
class Repetition:
    """How often, how long, and on which terms a function is called."""

    attempts: int = 5
    deadline: float | None = None
    verify: Callable[..., Awaitable[bool]] | None = None

    def __post_init__(self) -> None:
        if self.attempts < 1:
            raise ValueError(f"attempts must be 1 or more, not {self.attempts!r}")
        if self.deadline is not None and self.deadline <= 0:
            raise ValueError(f"deadline must be more than 0 seconds, not {self.deadline!r}")


class Repeated:
    """One call of a function, with all its attempts."""

    def __init__(
        self,
        function: Callable[..., Awaitable[Any]],
        arguments: tuple[Any, ...],
        named: dict[str, Any],
        *,
        how: Repetition,
        begin: Callable[[float | None, dict[str, Any]], AbstractAsyncContextManager[Any]],
        terms: dict[str, Any],
        dialect: str,
    ) -> None:
        self._function = function
        self._arguments, self._named = arguments, named
        self._how = how
        self._begin, self._terms = begin, terms
        self._dialect = dialect
        self._clock = asyncio.get_running_loop().time
        self._started = self._clock()

    async def answer(self) -> Any:
        """What the function has returned, once that is committed. Raises the error of the last attempt."""
        attempt = 0
        while True:
            attempt += 1
            answer: Any = None
            try:
                async with self._begin(self._left(), self._terms) as session:
                    answer = await awaited(self._function, session, self._arguments, self._named)
            except CommitOutcomeUnknown as error:
                if await self._has_happened(error):
                    return answer
                await self._pause(error, attempt, _MET)
            except DeadlineExceeded as error:
                raise self._exceeded(error, attempt) from error.__cause__
            except Exception as error:  # noqa: BLE001  # it is raised again, unless it passes
                await self._pause(error, attempt, self._pauses(error))
            else:
                return answer

    def _pauses(self, error: Exception) -> tuple[float, float] | None:
        """The shortest and the longest pause before another attempt; None where there is to be none."""
        if isinstance(error, StaleDataError):
            return _MET
        if not isinstance(error, DBAPIError) and not is_unreached(error):
            return None
        kind = verdict_of(error, self._dialect).kind
        if kind not in _PASSING:
            return None
        return _AWAY if kind is Kind.LOST else _MET

    async def _pause(
        self, error: Exception, attempt: int, pauses: tuple[float, float] | None
    ) -> None:
        """Wait for the next attempt, or raise the error where there is none."""
        if pauses is None:
            raise error
        delay = _delay(attempt, *pauses)
        left = self._left()
        if attempt >= self._how.attempts or (left is not None and left <= delay):
            error.add_note(self._given_up(attempt))
            raise error
        publish(Retried(name_of(self._function), attempt, error, delay))
        await asyncio.sleep(delay)

    async def _has_happened(self, unknown: CommitOutcomeUnknown) -> bool:
        """What `verify` says, asked as often as the function may be called. Raises the error without it."""
        verify = self._how.verify
        if verify is None:
            raise unknown
        for attempt in range(1, self._how.attempts + 1):
            # The server may still be at it, or away.
            await asyncio.sleep(_delay(attempt, *_AWAY))
            try:
                async with self._begin(self._left(), {}) as session:
                    return await awaited(verify, session, self._arguments, self._named) is True
            except Exception as error:
                if self._pauses(error) is None:
                    raise unknown from error
        raise unknown

    def _exceeded(self, error: DeadlineExceeded, attempts: int) -> DeadlineExceeded:
        """The error of the whole call, of whose time the last attempt had the rest."""
        if self._how.deadline is None:
            # One of the function's own.
            return error
        exceeded = DeadlineExceeded(seconds=self._how.deadline, place=error.place)
        exceeded.add_note(self._given_up(attempts))
        return exceeded

    def _left(self) -> float | None:
        """Seconds until the deadline."""
        if self._how.deadline is None:
            return None
        # A block has to have some time, if only to notice that there is none.
        return max(0.001, self._how.deadline - (self._clock() - self._started))

    def _given_up(self, attempts: int) -> str:
        seconds = self._clock() - self._started
        return (
            f"{name_of(self._function)}() was given up after {attempts} "
            f"attempt{'s' if attempts > 1 else ''} in {seconds:.2f} s"
        )


def _delay(attempt: int, first: float, longest: float) -> float:
    """Seconds: any up to twice as much each time, since of two that met chance has to send one ahead."""
    return random.uniform(0, min(longest, first * 2**attempt))  # noqa: S311  # no secret
