"""What a function does, each fact with the steps that prove it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Step
    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.kinds import Session
    from taskbound.check.trace.events import Call


class Does(enum.StrEnum):
    """One thing that a function does."""

    EXECUTES = "executes"  # sends SQL on the session: execute, scalars, get, flush, refresh, ...
    CHANGES = "changes"  # adds, deletes or merges: a flush will write
    WRITES = "writes"  # executes insert(), update(), delete()
    FLUSHES = "flushes"
    COMMITS = "commits"
    ROLLS_BACK = "rolls back"
    CLOSES = "closes"
    EXPIRES = "expires"
    OPENS = "opens"  # opens a session of its own
    WAITS = "waits for something external"
    BLOCKS = "blocks the loop"
    HANDED = "hands the session to a library"  # what that does with it is not seen
    OUTLIVES = "hands the session to what outlives the call"


class Fact:
    """`session` is None for WAITS and BLOCKS, where `name` is the call: "httpx.AsyncClient.get".

    `certain` False: it is behind a condition, in a loop or a handler. `call` is the event in the function
    itself: the method of the session, or the call through which the fact came up. `last` is the event that
    does it, wherever it is. `locked`: it is done within a lock, so that two of it never overlap. `session`
    is None too for a session that a callee opens itself.
    """

    __slots__ = ("call", "certain", "does", "last", "locked", "name", "session", "steps")

    def __init__(
        self,
        does: Does,
        session: Session | None,
        steps: tuple[Step, ...],
        *,
        call: Call | None,
        name: str = "",
        certain: bool = True,
        last: Call | None = None,
        locked: bool = False,
    ) -> None:
        self.does: Does = does
        self.session: Session | None = session
        self.steps: tuple[Step, ...] = steps
        self.call: Call | None = call
        self.name: str = name
        self.certain: bool = certain
        self.last: Call | None = last or call
        self.locked: bool = locked

    def __repr__(self) -> str:
        return f"<{self.does} {self.session!r} {self.name}>"


class Summary:
    """All facts of one function, those of its callees included."""

    __slots__ = ("facts", "function")

    def __init__(self, function: FunctionFacts) -> None:
        self.function: FunctionFacts = function
        self.facts: list[Fact] = []

    def of(self, *does: Does) -> Iterator[Fact]:
        """The facts of these sorts."""
        return (fact for fact in self.facts if fact.does in does)

    def on(self, session: Session, *does: Does) -> Iterator[Fact]:
        """What it does to one session; without `does`: all."""
        return (
            fact
            for fact in self.facts
            if fact.session is session and (not does or fact.does in does)
        )
