"""A connection held in a transaction while its task waits for something that is not the database."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Constant, Statement, Text
from taskbound.check.rules.rule import Rule, is_test
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Await, Block, Call, Loop
from taskbound.check.trace.flow import Flow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding, Step
    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.kinds import Session
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event
    from taskbound.check.trace.trace import Trace

# Mostly a machine beside this one, which answers in a millisecond.
_NEAR = ("redis.", "aioredis.", "aiocache.", "valkey.", "coredis.")
_LOCK = re.compile(r"advisory(_xact)?_lock|\bget_lock\(", re.IGNORECASE)
_ENDS = (Does.COMMITS, Does.ROLLS_BACK, Does.CLOSES)


class Held:
    """A session in a transaction; `steps` took its connection, `certain` on every path. `told`: one wait
    was found in it.
    """

    __slots__ = ("certain", "name", "steps", "told")

    def __init__(self, steps: tuple[Step, ...], name: str, *, certain: bool) -> None:
        self.steps: tuple[Step, ...] = steps
        self.name: str = name
        self.certain: bool = certain
        self.told: bool = False


State = dict["Session", Held]


class ExternalAwait(Rule):
    """An HTTP call, a sleep, a queue or a language model is awaited between a session's first statement and
    its end.
    """

    code = "TB405"
    name = "external-await"
    confidence = Confidence.HIGH
    summary = "Something external is awaited while a transaction is open"

    def __init__(self) -> None:
        self._held: dict[FunctionFacts, _Holding] = {}

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        yield from self.holding(trace, program).findings

    def holding(self, trace: Trace, program: Program) -> _Holding:
        """What one function holds and waits for, worked out once."""
        known = self._held.get(trace.function)
        if known is None:
            known = self._held[trace.function] = _Holding(self, trace, program)
            if trace.function.asynchronous and Does.WAITS in program.does(trace):
                known.run(trace)
        return known


class _Holding(Flow[State]):
    """Which sessions hold a connection at each event."""

    def __init__(self, rule: ExternalAwait, trace: Trace, program: Program) -> None:
        self.rule = rule
        self.trace = trace
        self.program = program
        self.findings: list[Finding] = []
        # The waits that are told here or below, for sessions that a caller gave: it does not tell them again.
        self.covered: set[int] = set()
        # Tasks that were cancelled, as they are written: they end at once.
        self.cancelled: set[str] = set()

    def start(self, trace: Trace) -> State:
        return {}

    def copy(self, state: State) -> State:
        return dict(state)

    def join(self, one: State, other: State) -> State:
        joined = {session: held for session, held in one.items() if session in other}
        for session, held in [*one.items(), *other.items()]:
            if session not in joined:
                joined[session] = Held(held.steps, held.name, certain=False)
        return joined

    def event(self, event: Event, state: State) -> None:
        if isinstance(event, Call) and event.name == "cancel":
            self.cancelled.add(ast.unparse(event.node.func).removesuffix(".cancel"))
        if isinstance(event, Await) and _awaited(event) in self.cancelled:
            return
        before = dict(state)
        for fact in self.program.done(event, self.trace.source):
            self._apply(fact, event.node, state, before)

    def enter(self, block: Block, state: State) -> None:
        item = block.item
        if item.session is not None and item.connects and item.begins:
            step = self.trace.source.step(item.node.context_expr, "connected here")
            state[item.session] = Held((step,), "begin()", certain=True)
        for fact in self.program.done(block, self.trace.source):
            if fact.does is Does.WAITS:
                self._wait(fact, item.node.context_expr, state)

    def leave(self, block: Block, state: State) -> None:
        item = block.item
        if (
            item.session is not None
            and not item.nested
            and (item.commits or item.closes or item.rolls_back)
        ):
            state.pop(item.session, None)

    def turn(self, loop: Loop, state: State) -> None:
        for fact in self.program.done(loop, self.trace.source):
            self._apply(fact, loop.iterable or loop.node, state, state)

    def _apply(self, fact: Fact, node: ast.AST, state: State, before: State) -> None:
        if fact.does is Does.WAITS:
            # What a callee takes and waits with is told there.
            self._wait(
                fact, node, {session: held for session, held in before.items() if session in state}
            )
        elif fact.session is None:
            return
        elif fact.does is Does.EXECUTES:
            holder = fact.session.carrier or fact.session
            held = state.setdefault(holder, Held(fact.steps, _by(fact), certain=fact.certain))
            if _locks(fact):
                held.certain = (
                    False  # the lock lives as long as the connection: it is held on purpose
                )
        elif fact.does in _ENDS:
            state.pop(fact.session.carrier or fact.session, None)

    def _wait(self, fact: Fact, node: ast.AST, state: State) -> None:
        if _is_nothing(fact):
            return
        below = self._covered_below(fact)
        for session, held in state.items():
            if session.how != "opened":
                self.covered.add(id(fact.last))
            if not below and not held.told:
                held.told = True
                self.findings.append(self._finding(session, held, fact, node))

    def _covered_below(self, fact: Fact) -> bool:
        function = fact.call.function if fact.call is not None else None
        if function is None:
            return False
        holding = self.rule.holding(self.program.world.trace(function), self.program)
        if id(fact.last) in holding.covered:
            self.covered.add(id(fact.last))
            return True
        return False

    def _finding(self, session: Session, held: Held, fact: Fact, node: ast.AST) -> Finding:
        below = fact.call.function if fact.call is not None else None
        where = f" in {below.spoken}()" if below is not None else ""
        message = (
            f"`{session.name}` keeps its connection in a transaction while {fact.name}() is awaited{where}: "
            f"taken by {held.name} at line {held.steps[0].line}; "
            "commit or close the session before, or make the call first"
        )
        certain = held.certain and fact.certain and not fact.name.startswith(_NEAR)
        sure = Confidence.HIGH if certain else Confidence.MEDIUM
        return self.rule.finding(
            self.trace.source, node, message, flow=(*held.steps, *fact.steps),
            confidence=Confidence.LOW if is_test(self.trace.source.path) else sure,
        )  # fmt: skip


def _locks(fact: Fact) -> bool:
    """`SELECT pg_try_advisory_lock(...)`"""
    statement = fact.last.argument(0, "statement") if fact.last is not None else None
    written = statement.text if isinstance(statement, Statement) else None
    parts = written.parts if isinstance(written, Text) else (written,)
    return any(
        isinstance(part, Constant)
        and isinstance(part.value, str)
        and _LOCK.search(part.value) is not None
        for part in parts
    )


def _awaited(event: Await) -> str:
    return ast.unparse(event.node.value) if isinstance(event.node, ast.Await) else ""


def _by(fact: Fact) -> str:
    return "begin_nested()" if fact.name == "with" else f"{fact.name}()"


def _is_nothing(fact: Fact) -> bool:
    """`asyncio.sleep(0)` gives way for one turn of the loop."""
    call = fact.last
    first = call.args[0] if call is not None and call.args else None
    return fact.name.endswith(".sleep") and isinstance(first, Constant) and first.value == 0
