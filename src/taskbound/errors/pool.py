"""Connections that are held too long, taken twice, or given back in a bad state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import TimeoutError as PoolTimeout

from taskbound.errors.base import Failure, Misuse, at

if TYPE_CHECKING:
    from taskbound.place import Place


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a connection of the pool, and what for."""

    place: Place | None
    """The line that took the connection, None where it is not known."""
    task: str | None
    """The name of the task that took it, None where that task is gone."""
    is_done: bool
    """Whether that task has finished."""
    seconds: float
    """How long ago it was taken."""
    in_transaction: bool | None
    """Whether a transaction is open on it, None where the driver does not say."""
    is_busy: bool
    """Whether the task waits for the database now."""
    waits_at: Place | None
    """Where the task waits now, None where that is not known."""

    def __str__(self) -> str:
        return (
            f"taken{at(self.place)} by {self._taker()} {spoken(self.seconds)} ago; {self._state()}"
        )

    def _taker(self) -> str:
        if self.task is None:
            return "a task that is gone,"
        return f"task {self.task!r}" + (", which has finished," if self.is_done else "")

    def _state(self) -> str:
        if self.is_busy:
            return "waits for the database"
        state = "idle in a transaction" if self.in_transaction else "idle"
        if self.waits_at is None or self.waits_at == self.place:
            return state
        return f"{state}, while its task waits{at(self.waits_at)}"


class PoolExhausted(Failure, PoolTimeout):
    """No connection came free for as long as a checkout waits: `pool_timeout` seconds.

    The message has a line for each connection: who took it, where, how long ago, and what it does.

    Attributes: `place` (the line that wanted a connection), `seconds` (how long it waited), and
    `holders`, a `Holder` for each connection that is taken.
    """

    code = "TB407"

    place: Place | None
    seconds: float
    holders: tuple[Holder, ...]

    def __init__(self, *, place: Place | None, seconds: float, holders: tuple[Holder, ...]) -> None:
        self.place, self.seconds, self.holders = place, seconds, holders
        self._say(
            f"no connection came free in {seconds:g} s{at(place)}: {self._fact()}",
            "end transactions before you wait for anything else, close every session, take no second "
            "connection inside a session, then raise pool_size",
        )
        lines = (f"\n  {holder}" for holder in holders)
        Exception.__init__(self, "".join((str(self), *lines)))

    def _fact(self) -> str:
        count = len(self.holders)
        if not count:
            return "all are in use"
        longest = max(self.holders, key=lambda holder: holder.seconds)
        held = "the only one is" if count == 1 else f"all {count} are"
        which = "" if count == 1 else ", the longest of them"
        return f"{held} in use{which} for {spoken(longest.seconds)}{at(longest.place)}"


class PoolMisuse(Misuse):
    """A connection of the pool is held, taken or given back in a way that harms others."""


class HeldConnection(PoolMisuse):
    """A connection lay idle in a transaction, while its task waited for something else.

    Attributes: `place` (the line that took the connection), `operation` (what the session did last, None
    where that is not known), `seconds` (how long it lay idle; since it was taken, where its task still
    waits), `budget` (how long it may, in seconds), `back` (the line that used it next, None where its task
    still waits), and `waits_at` (where that task waits now).
    """

    code = "TB405"

    place: Place | None
    operation: str | None
    seconds: float
    budget: float
    back: Place | None
    waits_at: Place | None

    def __init__(
        self,
        *,
        place: Place | None,
        operation: str | None,
        seconds: float,
        budget: float,
        back: Place | None = None,
        waits_at: Place | None = None,
    ) -> None:
        self.place, self.operation, self.back, self.waits_at = place, operation, back, waits_at
        self.seconds, self.budget = seconds, budget
        after = f" after {operation}()" if operation else ""
        if waits_at is None:
            fact = (
                f"a connection lay idle in a transaction for more than {budget:g} s{after}: "
                f"taken{at(place)}, used again{at(back)}"
            )
        else:
            fact = (
                f"a connection that was taken{at(place)} {spoken(seconds)} ago is idle in a transaction, "
                f"while its task waits{at(waits_at)}"
            )
        self._say(
            fact,
            "end the transaction before you wait for anything but the database, and begin another after it",
        )


class NestedCheckout(PoolMisuse):
    """A task takes a second connection of a pool while it holds one.

    Attributes: `place` (the line that takes the second), `held_place` (the line that took the first), and
    `task` (the task's name).
    """

    code = "TB406"

    place: Place | None
    held_place: Place | None
    task: str

    def __init__(self, *, place: Place | None, held_place: Place | None, task: str) -> None:
        self.place, self.held_place, self.task = place, held_place, task
        self._say(
            f"a task takes a second connection of the pool{at(place)}, "
            f"while it holds the one that it took{at(held_place)}",
            "use the session that holds it, or end its transaction first: as many such tasks as the pool "
            "has connections wait for each other",
        )


class PoisonedConnection(PoolMisuse):
    """A connection comes back to the pool while a transaction is open on it. It has been closed.

    Attributes: `place` (the line that took it), and `task` (the name of the task that did, None where that
    is gone).
    """

    code = "TB408"

    place: Place | None
    task: str | None

    def __init__(self, *, place: Place | None, task: str | None) -> None:
        self.place, self.task = place, task
        self._say(
            f"a connection that was taken{at(place)} came back to the pool with a transaction open, "
            "and has been closed",
            "end what you begin on the driver's own connection, and use a connection from one task at a time",
        )


class AbandonedConnection(PoolMisuse):
    """A connection that nobody gives back: its session was thrown away, or its task has finished.

    Attributes: `place` (the line that took it), `task` (the name of the task that did, None where that is
    gone), `seconds` (how long ago), and `reason`.
    """

    code = "TB409"

    place: Place | None
    task: str | None
    seconds: float
    reason: str

    def __init__(
        self, *, place: Place | None, task: str | None, seconds: float, reason: str
    ) -> None:
        self.place, self.task, self.seconds, self.reason = place, task, seconds, reason
        self._say(
            f"a connection that was taken{at(place)} was not given back: {reason}",
            "close each session in the task that opens it: async with db.session() as session",
        )


def spoken(seconds: float) -> str:
    """A duration for a message, to the second."""
    return f"{seconds:.0f} s" if seconds >= 1 else "less than 1 s"
