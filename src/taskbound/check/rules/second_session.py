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
    from collections.abc import Iterable

    from taskbound.check.finding import Finding, Step
    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Call, Event
    from taskbound.check.trace.trace import Trace

_ENDS = (Does.COMMITS, Does.ROLLS_BACK, Does.CLOSES)
# What took the connection: the steps, and the call that did it.
State = dict[Session, "tuple[tuple[Step, ...], Call | None]"]


class SecondSession(Rule):
    """Nested blocks of one pool wait for each other when the pool is empty."""

    code = "TB406"
    name = "second-session"
    confidence = Confidence.MEDIUM
    summary = "A second connection is taken while one is held"

    def __init__(self) -> None:
        self._walked: dict[FunctionFacts, _Nested] = {}

    def check(self, trace: Trace, program: Program) -> Iterable[Finding]:
        return self.nested(trace, program).found

    def nested(self, trace: Trace, program: Program) -> _Nested:
        """What one function opens while it holds another, worked out once."""
        known = self._walked.get(trace.function)
        if known is None:
            known = self._walked[trace.function] = _Nested(self, trace, program)
            if trace.function.asynchronous and Does.EXECUTES in program.does(trace):
                known.run(trace)
        return known


class _Nested(Flow[State]):
    """Which sessions hold a connection on every path."""

    def __init__(self, rule: SecondSession, trace: Trace, program: Program) -> None:
        self.rule = rule
        self.trace = trace
        self.program = program
        self.found: list[Finding] = []
        # Where the sessions are opened that are told here or below: a caller does not tell them again.
        self.covered: set[tuple[str, int]] = set()

    def start(self, trace: Trace) -> State:
        return {}

    def copy(self, state: State) -> State:
        return dict(state)

    def join(self, one: State, other: State) -> State:
        return {session: taken for session, taken in one.items() if session in other}

    def event(self, event: Event, state: State) -> None:
        for fact in self.program.done(event, self.trace.source):
            if fact.does is Does.OPENS:
                self._opened_below(event, fact, state)
            elif fact.session is not None and fact.does is Does.EXECUTES:
                state.setdefault(fact.session, (fact.steps, fact.call))
            elif fact.session is not None and fact.does in _ENDS:
                state.pop(fact.session, None)

    def enter(self, block: Block, state: State) -> None:
        item = block.item
        if item.session is not None and (item.opens or item.connects):
            self._second(block, state, (), item.session)

    def _opened_below(self, event: Event, fact: Fact, state: State) -> None:
        """Behind a condition it may be that the session is opened only where none is given."""
        call = fact.call
        if call is None or call.function is None or not fact.certain:
            return
        place = (fact.steps[-1].path, fact.steps[-1].line)
        below = self.rule.nested(self.program.world.trace(call.function), self.program)
        if place in below.covered:
            self.covered.add(place)
            return
        held = {session: taken for session, taken in state.items() if taken[1] is not call}
        if self._second(event, held, fact.steps, fact.session):
            self.covered.add(place)
            state.clear()

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
    ) -> bool:
        for session, (taken, _) in state.items():
            # Whether a ContextVar or a module holds a session now is not known from source.
            if session is opened or session.how == "global" or not _one_pool(session, opened):
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
            return True
        return False


def _one_pool(session: Session, opened: Session | None) -> bool:
    """May both come from one pool? Two factories with engines of their own do not."""
    first, second = session.factory, opened.factory if opened is not None else None
    if isinstance(first, SessionFactory) and isinstance(second, SessionFactory):
        return (
            getattr(first.engine, "node", first) is getattr(second.engine, "node", first)
            or first.node is second.node
        )
    return not session.connection
