"""An engine whose connections nobody closes."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import Engine
from taskbound.check.rules.engine_per_call import CACHES, is_disposed
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Assign, AttributeWrite, Call, Return

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_POOLS_WITHOUT_CONNECTIONS = frozenset(("NullPool", "StaticPool"))


_ENDS = (
    "close", "aclose", "shutdown", "stop", "disconnect", "teardown", "cleanup", "__aexit__", "on_shutdown",
)  # fmt: skip


class EngineNeverDisposed(Rule):
    """Told where the whole project has no dispose() at all: one in another file may be of this engine."""

    code = "TB704"
    name = "engine-never-disposed"
    confidence = Confidence.MEDIUM
    summary = "An engine is never disposed"

    def check_project(self, program: Program) -> Iterator[Finding]:
        if any(".dispose" in module.source.text for module in program.project.relevant()):
            return
        for trace in program.traces():
            for call in trace.of(Call):
                engine = call.result
                if (
                    isinstance(engine, Engine)
                    and engine.asynchronous
                    and engine.node is call.node
                    and _is_owned(trace, engine, program)
                ):
                    yield self.finding(
                        trace.source,
                        call.node,
                        "nothing disposes this engine, so its connections are cut when the "
                        "program ends, and a driver may complain of a closed event loop; await "
                        "engine.dispose() where the program ends: in the lifespan, or in finally",
                    )


def _is_owned(trace: Trace, engine: Engine, program: Program) -> bool:
    """Is it the program's own: of a module, a lifespan, a main()? What others return is their callers'."""
    function = trace.function
    if function.decorated(*CACHES) or has_no_pool(engine.node) or is_disposed(engine, trace):
        return False
    if any(event.kind is engine for event in trace.of(Return)):
        return False
    if function.name == "<module>":
        return True
    if not function.asynchronous:
        return _is_kept(trace, engine, program)
    yields_session = bool(trace.yields) and not function.decorated("asynccontextmanager")
    return (not yields_session and not function.decorators) or function.decorated(
        "asynccontextmanager"
    )


def _is_kept(trace: Trace, engine: Engine, program: Program) -> bool:
    """In a global name, or by an object that has a method to end it."""
    cls = trace.function.owner
    if cls is not None and any(write.kind is engine for write in trace.of(AttributeWrite)):
        return any(program.project.method(cls, name) is not None for name in _ENDS)
    names = {event.name for event in trace.of(Assign) if event.kind is engine}
    return any(
        isinstance(node, ast.Global) and names.intersection(node.names)
        for node in ast.walk(trace.function.node)
    )


def has_no_pool(made: ast.AST) -> bool:
    """Does the call that makes an engine give it a pool that keeps no connections?"""
    return any(
        keyword.arg == "poolclass" and last_name(keyword.value) in _POOLS_WITHOUT_CONNECTIONS
        for keyword in getattr(made, "keywords", ())
    )
