"""All that rules may ask: traces, and what functions and calls do."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from taskbound.check.kinds import (
    Coroutine,
    FunctionRef,
    Kind,
    MethodRef,
    Outside,
    Session,
    Stream,
    Task,
    TaskGroup,
    Transaction,
)
from taskbound.check.summary.effects import is_blocking, is_external
from taskbound.check.summary.facts import Does, Fact, Summary
from taskbound.check.summary.happening import children, handed, of_attribute, of_block, of_session
from taskbound.check.summary.lifting import again, lifted, placed
from taskbound.check.trace.binding import Substitution, bound_arguments
from taskbound.check.trace.events import (
    AttributeRead,
    AttributeWrite,
    Await,
    Block,
    Call,
    Event,
    Loop,
    Return,
)
from taskbound.check.trace.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.index.facts import ClassFacts, FunctionFacts
    from taskbound.check.index.project import Project
    from taskbound.check.source import Source
    from taskbound.check.trace.scope import Scope
    from taskbound.check.trace.trace import Trace

# What takes the session's connection or its state for itself, so that two of it at once are misuse.
USES = frozenset((Does.EXECUTES, Does.FLUSHES, Does.COMMITS, Does.ROLLS_BACK, Does.CLOSES))
_MAY_USE = (Does.HANDED,)
# The events at which something may happen; the others are names, values and the shape of the function.
_HAPPENS = frozenset((Call, Await, Block, Loop, AttributeRead, AttributeWrite))
# What a task does in its own time: the one that made it does not wait with it.
_OF_ITS_OWN = (Does.WAITS, Does.BLOCKS, Does.OPENS)
# What a function does where an earlier `return` did not answer: get or create, a cache or a call.
_INSTEAD = (Does.OPENS, Does.CHANGES, Does.WRITES, Does.WAITS, Does.BLOCKS)
_MOST = 400
_NOTHING: list[Fact] = []


class CallSite(NamedTuple):
    """A call, and the function that it is written in."""

    call: Call
    caller: Trace


class Program:
    """The project, its traces and summaries."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.world: World = World(project)
        self._summaries: dict[FunctionFacts, Summary] = {}
        self._done: dict[int, list[Fact]] = {}
        self._unfinished: set[FunctionFacts] = set()
        self._calls: dict[FunctionFacts | ClassFacts, list[CallSite]] | None = None
        self._seen_unfinished: set[FunctionFacts] = set()
        self._does: dict[Trace, frozenset[Does]] = {}

    @cached_property
    def asynchronous(self) -> bool:
        """Does the project use SQLAlchemy's asyncio extension at all?"""
        return any("ext.asyncio" in module.source.text for module in self.project.relevant())

    def trace(self, function: FunctionFacts) -> Trace:
        """The events of one function."""
        return self.world.trace(function)

    def traces(self) -> Iterator[Trace]:
        """Every function of the modules to check: module bodies, functions, methods, and what is nested in
        them.
        """
        for module in self.project.relevant():
            yield from self.traces_of(module.body, *module.functions)

    def traces_of(self, *functions: FunctionFacts | None) -> Iterator[Trace]:
        """The traces of functions and of those nested in them."""
        for function in functions:
            if function is not None:
                yield from self.world.trace(function).with_nested()

    def calls_of(self, called: FunctionFacts | ClassFacts) -> list[CallSite]:
        """The calls of a function, or of a class, that the project has."""
        if self._calls is None:
            self._calls = {}
            for trace in self.traces():
                for call in trace.of(Call):
                    found = call.cls if call.function is None else call.function.of
                    if found is not None:
                        self._calls.setdefault(found, []).append(CallSite(call, trace))
        return self._calls.get(called, [])

    def summary(self, function: FunctionFacts, scope: Scope | None = None) -> Summary:
        """What a function does, through its calls. In a cycle of calls, what was found so far."""
        known = self._summaries.get(function)
        if known is not None:
            if function in self._unfinished:
                self._seen_unfinished.add(function)
            return known
        summary = self._summaries[function] = Summary(function)
        self._unfinished.add(function)
        self._read(summary, scope)
        if function in self._seen_unfinished:  # recursion: once more, with what is known of itself
            self._read(summary, scope)
        self._unfinished.discard(function)
        return summary

    def _read(self, summary: Summary, scope: Scope | None) -> None:
        trace = self.world.trace(summary.function, scope)
        seen = {(fact.does, id(fact.session), fact.name) for fact in summary.facts}
        returned = False
        for event, around in trace.walk():
            for fact in self.done(event, trace.source):
                key = (fact.does, id(fact.session), fact.name)
                if key not in seen and len(summary.facts) < _MOST:
                    seen.add(key)
                    here = placed(fact, event, around)
                    if returned and fact.does in _INSTEAD:
                        here.certain = False
                    summary.facts.append(here)
            returned = returned or (isinstance(event, Return) and bool(around))

    def done(self, event: Event, source: Source) -> list[Fact]:
        """What happens at one event: a call that is awaited or needs no await, an await, a block's end, an
        assignment.
        """
        if type(event) not in _HAPPENS:
            return _NOTHING
        known = self._done.get(id(event))
        if known is None:
            known = self._happening(event, source)
            if not self._unfinished:
                self._done[id(event)] = known
        return known

    def _happening(self, event: Event, source: Source) -> list[Fact]:
        if isinstance(event, Call):
            return _NOTHING if event.deferred else self.done_by(event, source)
        if isinstance(event, Await):
            return self.done_by_awaiting(event.kind, source, event.node)
        if isinstance(event, Block):
            return of_block(event, source)
        if isinstance(event, Loop):
            return self._of_loop(event, source)
        return of_attribute(event, source)

    def does(self, trace: Trace) -> frozenset[Does]:
        """All that happens in a function, by sort: a rule asks this before it follows the paths."""
        known = self._does.get(trace)
        if known is None:
            known = self._does[trace] = frozenset(
                fact.does for event, _ in trace.walk() for fact in self.done(event, trace.source)
            )
        return known

    def done_by(self, call: Call, source: Source) -> list[Fact]:
        """What a call does once it runs, in terms of the sessions that are known where it is written."""
        target = call.target
        if isinstance(target, MethodRef):
            return self._of_method(call, target, source)
        if isinstance(target, FunctionRef):
            return self._of_function(call, target, source)
        if isinstance(target, Outside):
            return self._of_library(call, target, source)
        return []

    def done_by_awaiting(self, kind: Kind, source: Source, node: object = None) -> list[Fact]:
        """What awaiting a coroutine, a task or what gather() gave does."""
        if isinstance(kind, Coroutine):
            return self.done_by(kind.call, source)
        if isinstance(kind, Task):
            return self.done_by_awaiting(kind.of, source)
        if isinstance(kind, Outside) and kind.call is not None:
            return handed(kind.call, source)
        return []

    def uses(self, kind: Kind, source: Source) -> dict[Session, Fact]:
        """The sessions that a coroutine, task or function uses when it runs, each with the first proof. Not
        those it opens.
        """
        found: dict[Session, Fact] = {}
        facts = self.run_by(kind, source)
        for does in (USES, _MAY_USE):  # what is seen comes first
            for fact in facts:
                if fact.does in does and fact.session is not None:
                    found.setdefault(fact.session, fact)
        return found

    def run_by(self, kind: Kind, source: Source) -> list[Fact]:
        """All that happens when a coroutine, a task or a function without arguments runs."""
        if isinstance(kind, FunctionRef):
            summary = self.summary(kind.function, kind.scope)
            values = {} if kind.bound is None else {"self": kind.bound}
            if kind.given is not None:
                names = [parameter.name for parameter in kind.function.parameters]
                values.update(zip(names[len(values) :], kind.given[0], strict=False))
                values.update(kind.given[1])
            put = Substitution(kind.function, values, kind.function.node, source, self.world)
            return lifted(summary.facts, put, (), None)
        if isinstance(kind, Stream) and isinstance(kind.call, Call):
            return self.done_by(kind.call, source)
        return self.done_by_awaiting(kind, source)

    def _of_method(self, call: Call, target: MethodRef, source: Source) -> list[Fact]:
        receiver = target.receiver
        session = receiver.session if isinstance(receiver, Transaction) else receiver
        if isinstance(session, Session):
            return of_session(call, session, source)
        return self._started(call, source) if isinstance(receiver, TaskGroup) else []

    def _started(self, call: Call, source: Source) -> list[Fact]:
        """What the child that a task group starts does."""
        if call.name == "create_task":
            return self._of_children(call, source)
        target = call.args[0] if call.args else None
        if isinstance(target, FunctionRef):  # start_soon(load, session, 1)
            bound = FunctionRef(
                target.function, target.bound, target.scope, (tuple(call.args[1:]), {})
            )
            facts = self.run_by(bound, source)
            return [again(fact, call) for fact in facts if fact.does is not Does.BLOCKS]
        return []

    def _of_children(self, call: Call, source: Source) -> list[Fact]:
        """A child that blocks is told of in itself; a task that nobody awaits here is not waited for."""
        loose = isinstance(call.result, Task) and isinstance(call.target, Outside)
        beside = _OF_ITS_OWN if loose else (Does.BLOCKS,)
        return [
            again(fact, call)
            for kind in children([*call.args, *call.starred, *call.keywords.values()])
            for fact in self.done_by_awaiting(kind, source)
            if fact.does not in beside
        ]

    def _of_function(self, call: Call, target: FunctionRef, source: Source) -> list[Fact]:
        summary = self.summary(target.function, target.scope)
        if not summary.facts:
            return []
        values = bound_arguments(target.function, call, target.bound)
        put = Substitution(target.function, values, call.node, source, self.world)
        step = source.step(call.node, f"{target.function.spoken}() is called")
        return lifted(summary.facts, put, (step,), call)

    def _of_library(self, call: Call, target: Outside, source: Source) -> list[Fact]:
        name = target.name

        def told(does: Does, text: str) -> Fact:
            return Fact(does, None, (source.step(call.node, text),), call=call, name=name)

        facts: list[Fact] = []
        if call.awaited and is_external(target.path):
            facts.append(told(Does.WAITS, f"{name}() is awaited"))
        if is_blocking(target.path):
            facts.append(told(Does.BLOCKS, f"{name}() blocks"))
        if call.awaited:
            facts.extend(handed(call, source))
        return [*facts, *self._of_children(call, source)]

    def _of_loop(self, loop: Loop, source: Source) -> list[Fact]:
        if isinstance(loop.over, Stream) and isinstance(loop.over.call, Call):
            return self.done_by(loop.over.call, source)
        over = loop.over
        if loop.asynchronous and isinstance(over, Outside) and is_external(over.path):
            step = source.step(loop.node, f"{over.name}() is awaited at each turn")
            return [Fact(Does.WAITS, None, (step,), call=None, name=over.name)]
        return []
