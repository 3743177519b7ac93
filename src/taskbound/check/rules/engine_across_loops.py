"""A connection belongs to the loop it was opened in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import Context, Coroutine, Engine, Session, SessionFactory
from taskbound.check.rules.engine_never_disposed import has_no_pool
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Assign, Block, Call, Loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Structure
    from taskbound.check.trace.trace import Trace

# Decorators of functions that a worker calls again and again.
_TASKS = frozenset(
    ("task", "shared_task", "actor", "job", "periodic_task", "db_task", "scheduled_job")
)
_DEEPEST = 5


class EngineAcrossLoops(Rule):
    """asyncio.run() in a loop or a worker's task, of a coroutine that uses a module's engine with a pool."""

    code = "TB403"
    name = "engine-across-loops"
    confidence = Confidence.HIGH
    summary = "An engine is used from one event loop after another"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for event, around in trace.places(Call):
            if not event.is_("asyncio.run", "anyio.run", "asgiref.sync.async_to_sync"):
                continue
            if not _again(trace, around) or not event.args:
                continue
            coroutine = event.args[0]
            function = coroutine.call.function if isinstance(coroutine, Coroutine) else None
            if function is not None and _shared_engine(function, program, _DEEPEST) is not None:
                yield self.finding(
                    trace.source,
                    event.node,
                    f"each {event.name}() has an event loop of its own, and {function.spoken}() uses one "
                    "engine in all of them: its connections belong to a loop that is closed; keep one "
                    "loop, make and dispose the engine inside, or say poolclass=NullPool",
                )


def _again(trace: Trace, around: tuple[Structure, ...]) -> bool:
    if any(isinstance(structure, Loop) for structure in around):
        return True
    return any(last_name(decorator) in _TASKS for decorator in trace.function.decorators)


def _shared_engine(function: FunctionFacts, program: Program, depth: int) -> object:
    """The place of a pooled engine or factory of a module that a coroutine uses."""
    trace = program.trace(function)
    for event, _ in trace.walk():
        if isinstance(event, Block):
            found = _global(event.item.context, program) or _global(event.item.session, program)
            if found is not None:
                return found
        if (
            isinstance(event, Call)
            and event.function is not None
            and event.function is not function
            and depth
        ):
            found = _shared_engine(event.function, program, depth - 1)
            if found is not None:
                return found
    return None


def _global(kind: Kind | None, program: Program) -> object:
    if isinstance(kind, Context):
        kind = kind.session
    if not isinstance(kind, Session):
        return None
    if kind.connection:
        return _of_engine(kind, program)
    factory = kind.factory
    if not isinstance(factory, SessionFactory) or not _is_of_module(factory, program):
        return None
    engine = factory.engine
    return None if not isinstance(engine, Engine) or has_no_pool(engine.node) else factory.node


def _of_engine(session: Session, program: Program) -> object:
    """A connection tells its engine by the expression that opened it: `engine.begin()`."""
    func = getattr(session.node, "func", None)
    name = (
        func.value.id
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name)
        else ""
    )
    for module in program.project.relevant():
        if module.source is session.source and module.body is not None:
            for event in program.trace(module.body).of(Assign):
                if (
                    event.name == name
                    and isinstance(event.kind, Engine)
                    and not has_no_pool(event.kind.node)
                ):
                    return event.kind.node
    return None


def _is_of_module(factory: SessionFactory, program: Program) -> bool:
    return any(
        isinstance(event.kind, SessionFactory) and event.kind.node is factory.node
        for module in program.project.relevant()
        if module.source is factory.source and module.body is not None
        for event in program.trace(module.body).of(Assign)
    )
