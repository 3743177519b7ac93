"""Queries that run in run_sync() and could be awaited."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import FunctionRef, Parameter, Session
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import ClassFacts, FunctionFacts
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_QUERIES = frozenset(
    (
        "execute",
        "query",
        "scalars",
        "scalar",
        "get",
        "commit",
        "flush",
        "add",
        "add_all",
        "merge",
        "delete",
    )
)
_INSPECTS = ("sqlalchemy.inspect", "sqlalchemy.inspection.inspect")
_DDL = re.compile(
    r"\b(?:CREATE|ALTER|DROP)\s+(?:UNIQUE\s+)?(?:TABLE|INDEX|SCHEMA|EXTENSION|TYPE|VIEW|FUNCTION|TRIGGER)\b",
    re.IGNORECASE,
)
_MAKES = frozenset(("create_all", "drop_all"))
_SENDS = (Does.EXECUTES, Does.COMMITS)


class RunSync(Rule):
    """DDL, inspection and migrations have no other way, and are not told."""

    code = "TB713"
    name = "run-sync"
    confidence = Confidence.MEDIUM
    summary = "A query in run_sync() that could be awaited"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for call in trace.of(Call):
            if not call.on(Session, "run_sync"):
                continue
            target = call.argument(0, "fn")
            if isinstance(target, FunctionRef) and _queries(target, program):
                yield self.finding(
                    trace.source,
                    call.node,
                    f"{_spoken(target)} sends its queries inside run_sync(), where lazy "
                    "loads go unseen and nothing can be awaited; write them with the "
                    "AsyncSession: await session.scalars(select(...))",
                    flow=(
                        target.function.source.step(
                            target.function.node, "the synchronous code is here"
                        ),
                    ),
                )


def _spoken(target: FunctionRef) -> str:
    is_lambda = isinstance(target.function.node, ast.Lambda)
    return "the lambda" if is_lambda else f"{target.function.spoken}()"


def _queries(target: FunctionRef, program: Program) -> bool:
    function = target.function
    if _migrates(target, program):
        return False
    names = [parameter.name for parameter in function.parameters]
    first = names[1 if target.bound is not None and len(names) > 1 else 0] if names else ""
    if any(True for _ in program.summary(function, target.scope).of(*_SENDS)):
        return True
    trace = program.world.trace(function, target.scope)
    return any(_asks(call, first) or _passes(call, first, program) for call in trace.of(Call))


def _migrates(target: FunctionRef, program: Program, depth: int = 1) -> bool:
    """Does it call alembic, make tables, or look at the schema? These have no other way to run."""
    trace = program.world.trace(target.function, target.scope)
    return _writes_schema(target.function) or any(
        call.qualname.startswith("alembic.")
        or call.is_(*_INSPECTS)
        or call.name in _MAKES
        or (depth and isinstance(call.target, FunctionRef) and _migrates(call.target, program, 0))
        for call in trace.of(Call)
    )


def _writes_schema(function: FunctionFacts) -> bool:
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _DDL.search(node.value) is not None
        for node in ast.walk(function.node)
    )


def _asks(call: Call, session: str) -> bool:
    """`s.execute(...)` of a lambda's own parameter, which has no type."""
    func = call.node.func
    return (
        isinstance(func, ast.Attribute)
        and func.attr in _QUERIES
        and isinstance(func.value, ast.Name)
        and func.value.id == session
    )


def _passes(call: Call, session: str, program: Program) -> bool:
    if not any(
        isinstance(kind, Parameter) and kind.name == session
        for kind in (*call.args, *call.keywords.values())
    ):
        return False
    if call.function is not None:
        return _sends(call.function, program)
    return call.cls is not None and _has_queries(call.cls, program)


def _has_queries(cls: ClassFacts, program: Program) -> bool:
    return any(_sends(method, program) for method in cls.methods.values())


def _sends(function: FunctionFacts, program: Program) -> bool:
    return any(True for _ in program.summary(function).of(*_SENDS))
