"""An engine for each call has a pool for each call."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import Engine, Session, SessionFactory
from taskbound.check.rules.rule import ROUTES, Rule
from taskbound.check.trace.events import AttributeWrite, Branch, Call, Return

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Structure
    from taskbound.check.trace.trace import Trace

_ROUTES = ROUTES | {"head", "options"}
CACHES = (
    "lru_cache",
    "cache",
    "cached",
    "alru_cache",
    "cached_property",
    "singleton",
    "fixture",
    "async_fixture",
)


class EnginePerCall(Rule):
    """In a handler, a dependency, or a function that is called for each unit of work."""

    code = "TB703"
    name = "engine-per-call"
    confidence = Confidence.HIGH
    summary = "An engine is made for each call"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        function = trace.function
        if function.name in ("<module>", "__init__", "lifespan", "main") or function.decorated(
            *CACHES
        ):
            return
        for event, around in trace.places(Call):
            if not isinstance(event.result, Engine) or event.result.node is not event.node:
                continue
            engine = event.result
            if (
                not engine.asynchronous
                or _is_kept(engine, trace, around)
                or is_disposed(engine, trace)
            ):
                continue
            why = _each_call(trace, engine, program)
            if why:
                yield self.finding(
                    trace.source,
                    event.node,
                    f"{function.spoken}() makes an engine, with a pool of its own, {why}, and "
                    "nothing disposes it; make one engine for the program, and dispose it when "
                    "it ends",
                    confidence=Confidence.MEDIUM if _is_block(trace) else Confidence.HIGH,
                )


def _each_call(trace: Trace, engine: Engine, program: Program) -> str:
    """Why it is certain that the function runs more than once; empty where it is not."""
    function = trace.function
    if any(isinstance(one, ast.Call) and last_name(one) in _ROUTES for one in function.decorators):
        return "for each request"
    if function.asynchronous and any(isinstance(event.kind, Session) for event in trace.yields):
        return "for each session that it gives"
    gives = any(
        isinstance(event.kind, (SessionFactory, Session)) and _of(event.kind) is engine
        for event in trace.of(Return)
    )
    if gives and _is_called_by_coroutines(function, program):
        return "for each call of it"
    return ""


def _is_block(trace: Trace) -> bool:
    """A context manager may be entered once in a run, by a command."""
    return trace.function.decorated("asynccontextmanager", "contextmanager")


def _of(kind: SessionFactory | Session) -> object:
    factory = kind.factory if isinstance(kind, Session) else kind
    return factory.engine if isinstance(factory, SessionFactory) else None


def _is_called_by_coroutines(function: FunctionFacts, program: Program) -> bool:
    return any(caller.function.asynchronous for _, caller in program.calls_of(function))


def _is_kept(engine: Engine, trace: Trace, around: tuple[Structure, ...]) -> bool:
    """Is it made once: behind `if engine is None`, in a global name, on an object?"""
    if any(isinstance(structure, Branch) for structure in around):
        return True
    if any(event.kind is engine for event in trace.of(AttributeWrite)):
        return True
    return any(
        isinstance(node, (ast.Global, ast.Nonlocal)) for node in ast.walk(trace.function.node)
    )


def is_disposed(engine: Engine, trace: Trace) -> bool:
    """Does the function, or one nested in it, call dispose(), or hand the engine to something?"""
    for one in (trace, *trace.nested):
        for call in one.of(Call):
            if call.name == "dispose":
                return True
            if engine in call.args and call.function is not None:
                return True
    return False
