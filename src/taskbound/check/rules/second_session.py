"""A second session that is opened while the first one holds a connection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Session, SessionFactory
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Block
from taskbound.check.trace.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding, Step
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event
    from taskbound.check.trace.trace import Trace

_ENDS = (Does.COMMITS, Does.ROLLS_BACK, Does.CLOSES)
State = dict[Session, "tuple[Step, ...]"]


class SecondSession(Rule):
    """Nested blocks of one pool wait for each other when the pool is empty."""

    code = "TB406"
    name = "second-session"
    confidence = Confidence.MEDIUM
    summary = "A second connection is taken while one is held"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.function.asynchronous:
            return ()
        walk = _Nested(self, trace, program)
        walk.run(trace)
        return walk.found


class _Nested(Flow[State]):
    """Which sessions hold a connection on every path."""

    def __init__(self, rule: SecondSession, trace: Trace, program: Program) -> None:
        self.rule = rule
        self.trace = trace
        self.program = program
        self.found: list[Finding] = []

    def start(self, trace: Trace) -> State:
        return {}

    def copy(self, state: State) -> State:
        return dict(state)

    def join(self, one: State, other: State) -> State:
        return {session: steps for session, steps in one.items() if session in other}

    def event(self, event: Event, state: State) -> None:
        for fact in self.program.done(event, self.trace.source):
            if fact.does is Does.OPENS and fact.call is not None and fact.call.function is not None:
                self._second(event, state, fact.steps, fact.session)
            elif fact.session is not None and fact.does is Does.EXECUTES:
                state.setdefault(fact.session, fact.steps)
            elif fact.session is not None and fact.does in _ENDS:
                state.pop(fact.session, None)

    def enter(self, block: Block, state: State) -> None:
        item = block.item
        if item.session is not None and (item.opens or item.connects):
            self._second(block, state, (), item.session)

    def leave(self, block: Block, state: State) -> None:
        item = block.item
        if (
            item.session is not None
            and not item.nested
            and (item.commits or item.closes or item.rolls_back)
        ):
            state.pop(item.session, None)

    def _second(
        self, event: Event, state: State, steps: tuple[Step, ...], opened: Session | None
    ) -> None:
        for session, taken in state.items():
            if session is opened or not _one_pool(session, opened):
                continue
            node = event.item.node.context_expr if isinstance(event, Block) else event.node
            self.found.append(
                self.rule.finding(
                    self.trace.source,
                    node,
                    f"a second session is opened here while `{session.name}` holds a connection: "
                    "as many such tasks as the pool has connections wait for each other; use the "
                    "session that is there, or end its transaction first",
                    flow=(*taken, *steps),
                )
            )
            state.clear()
            return


def _one_pool(session: Session, opened: Session | None) -> bool:
    """May both come from one pool? Two factories with engines of their own do not."""
    first, second = session.factory, opened.factory if opened is not None else None
    if isinstance(first, SessionFactory) and isinstance(second, SessionFactory):
        return (
            getattr(first.engine, "node", first) is getattr(second.engine, "node", first)
            or first.node is second.node
        )
    return not session.connection
