"""A state that runs through a function's events along every path: for rules that ask what has happened
before.

A rule derives from `Flow`, says how its state is copied and joined, and what an event does to it. Arms that
end in return, raise, break or continue do not reach what follows them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from taskbound.check.trace.events import Block, Branch, Leave, Loop, Raise, Return, Try

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.check.trace.events import Event
    from taskbound.check.trace.trace import Trace

S = TypeVar("S")


class Flow(Generic[S]):
    """Walks a trace forward. `turns` is how often a loop's body is walked: 2 shows what one turn leaves to
    the next.
    """

    turns = 1

    def start(self, trace: Trace) -> S:
        """The state at the function's first event."""
        raise NotImplementedError

    def copy(self, state: S) -> S:
        """A state of its own for one of several paths."""
        raise NotImplementedError

    def join(self, one: S, other: S) -> S:
        """The state where two paths meet."""
        raise NotImplementedError

    def event(self, event: Event, state: S) -> None:
        """Change the state by one event that is no structure."""

    def enter(self, block: Block, state: S) -> None:
        """A `with` begins; its item's own call was seen before."""

    def leave(self, block: Block, state: S) -> None:
        """A `with` ends without an exception."""

    def turn(self, loop: Loop, state: S) -> None:
        """One turn of a loop begins; what its iterable is was seen before."""

    def handle(self, block: Try, state: S) -> None:
        """An `except` begins, with what the body may have left."""

    def end(self, state: S, event: Event | None) -> None:
        """The function ends here: by a Return, a Raise, or (None) its last line."""

    def run(self, trace: Trace) -> S | None:
        """Walk the whole function; the state at its last line, None where that is not reached."""
        state = self._list(trace.events, self.start(trace))
        if state is not None:
            self.end(state, None)
        return state

    def _list(self, events: list[Event], state: S | None) -> S | None:
        for event in events:
            if state is None:
                return None
            state = self._one(event, state)
        return state

    def _one(self, event: Event, state: S) -> S | None:
        step = _STEPS.get(type(event))
        if step is not None:
            return step(self, event, state)  # type: ignore[no-any-return]  # each step takes its own class
        self.event(event, state)
        if isinstance(event, (Return, Raise)):
            self.end(state, event)
            return None
        return None if isinstance(event, Leave) else state

    def _block(self, block: Block, state: S) -> S | None:
        self.enter(block, state)
        after = self._list(block.body, state)
        if after is not None:
            self.leave(block, after)
        return after

    def _branch(self, branch: Branch, state: S) -> S | None:
        ends = [self._list(arm, self.copy(state)) for arm in branch.arms]
        if not branch.exhaustive:
            ends.append(state)
        return self._joined(ends)

    def _loop(self, loop: Loop, state: S) -> S | None:
        before = self.copy(state)
        current: S | None = state
        for _ in range(self.turns):
            if current is None:
                break
            current = self._list(loop.test, current)
            if current is not None:
                self.turn(loop, current)
                current = self._list(loop.body, current)
        return self._list(loop.orelse, self._joined([before, current]))

    def _try(self, block: Try, state: S) -> S | None:
        before = self.copy(state)
        after = self._list(block.body, state)
        failed = self._joined([before, self.copy(after) if after is not None else None])
        ends = [self._list(block.orelse, after)]
        for handler in block.handlers:
            if failed is not None:
                within = self.copy(failed)
                self.handle(block, within)
                ends.append(self._list(handler.body, within))
        return self._list(block.final, self._joined(ends))

    def _joined(self, states: list[S | None]) -> S | None:
        joined: S | None = None
        for state in states:
            if state is not None:
                joined = state if joined is None else self.join(joined, state)
        return joined


_STEPS: dict[type, Callable[..., Any]] = {
    Block: Flow._block,
    Branch: Flow._branch,
    Loop: Flow._loop,
    Try: Flow._try,
}
