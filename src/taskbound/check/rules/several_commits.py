"""Two commits in one unit of work leave half of it when something fails between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Session
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Branch, Call, Raise, Return
from taskbound.check.trace.flow import Flow
from taskbound.check.trace.trace import walk

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Block, Event, Loop, Try
    from taskbound.check.trace.trace import Trace

_WRITES = (Does.CHANGES, Does.WRITES)


class Work:
    """What a session has done. `first`: where it committed writes; `again`: it has written since."""

    __slots__ = ("again", "first", "wrote")

    def __init__(
        self, first: ast.AST | None = None, *, wrote: bool = False, again: bool = False
    ) -> None:
        self.first: ast.AST | None = first
        self.wrote: bool = wrote
        self.again: bool = again


State = dict[Session, Work]


class SeveralCommits(Rule):
    """Not told where something external is awaited between: the first commit gives the connection back."""

    code = "TB718"
    name = "several-commits"
    confidence = Confidence.MEDIUM
    summary = "Several commits in one unit of work"

    def check(self, trace: Trace, program: Program) -> Iterable[Finding]:
        if not trace.function.asynchronous or trace.function.name.startswith("test"):
            return ()
        if Does.COMMITS not in program.does(trace):
            return ()
        walk = _Commits(self, trace, program)
        walk.run(trace)
        return walk.found


class _Commits(Flow[State]):
    """The commits of each session on every path."""

    def __init__(self, rule: SeveralCommits, trace: Trace, program: Program) -> None:
        self.rule = rule
        self.trace = trace
        self.program = program
        self.found: list[Finding] = []
        self._depth = 0

    def start(self, trace: Trace) -> State:
        return {}

    def copy(self, state: State) -> State:
        return {
            session: Work(work.first, wrote=work.wrote, again=work.again)
            for session, work in state.items()
        }

    def join(self, one: State, other: State) -> State:
        joined: State = {}
        for session, work in one.items():
            beside = other.get(session)
            if beside is not None:
                first = work.first if beside.first is not None else None
                joined[session] = Work(
                    first, wrote=work.wrote and beside.wrote, again=work.again and beside.again
                )
        return joined

    def event(self, event: Event, state: State) -> None:
        for fact in self.program.done(event, self.trace.source):
            if fact.does is Does.WAITS:
                state.clear()
            elif fact.session is None or not fact.session.asynchronous:
                continue
            elif fact.does in _WRITES:
                work = state.setdefault(fact.session, Work())
                work.wrote, work.again = True, work.first is not None
            elif fact.does is Does.COMMITS and not fact.certain:
                state.pop(fact.session, None)  # it may be the last one on its path
            elif fact.does is Does.COMMITS:
                self._commit(event, fact.session, state)
            elif fact.does is Does.ROLLS_BACK:
                state.pop(fact.session, None)

    def turn(self, loop: Loop, state: State) -> None:
        state.clear()

    def handle(self, block: Try, state: State) -> None:
        state.clear()

    def leave(self, block: Block, state: State) -> None:
        if block.item.session is not None:
            state.pop(block.item.session, None)

    def _commit(self, event: Event, session: Session, state: State) -> None:
        work = state.setdefault(session, Work())
        if (
            work.first is not None
            and work.again
            and isinstance(event, Call)
            and event.on(Session)
            and not self._is_last_word(event, work.first)
        ):
            self.found.append(
                self.rule.finding(
                    self.trace.source,
                    event.node,
                    f"`{session.name}` is committed a second time in "
                    f"{self.trace.function.spoken}(): if it fails in between, half of the work "
                    "stays; flush() where keys are needed, and commit once at the end",
                    flow=(self.trace.source.step(work.first, "committed first here"),),
                )
            )
        state[session] = Work(event.node if work.wrote or work.again else None)

    def _is_last_word(self, event: Call, first: ast.AST) -> bool:
        """Does it stand in a branch that ends the function: what is written down when the rest is off?"""
        around = next(around for inner, around in self.trace.walk() if inner is event)
        branch = next((one for one in reversed(around) if isinstance(one, Branch)), None)
        if branch is None or any(inner.node is first for inner, _ in walk([branch])):
            return False
        arm = next(arm for arm in branch.arms if any(inner is event for inner, _ in walk(arm)))
        return isinstance(arm[-1], (Return, Raise))
