"""A statement for each row of a result is N+1 statements."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import AwaitableAttrs, Collection, Session, contained, is_of_rows
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.summary.loaded import unloaded_relationship
from taskbound.check.trace.events import AttributeRead, Branch, Call, Leave, Loop, Raise, Return
from taskbound.check.trace.trace import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event, Structure
    from taskbound.check.trace.trace import Trace

# One flush for all, no statement of its own, or no row's.
_NOT_A_ROW_S = frozenset(
    ("delete", "add", "add_all", "connection", "run_sync", "with", "begin_nested", "expire")
)
_PORTIONS = re.compile(
    r"batch|chunk|partition|page|range|retr|attempt|tries|backoff|level|frontier|queue|shard|window",
    re.IGNORECASE,
)


class QueryInLoop(Rule):
    """Told of loops over rows, and of loops over a list that a query takes one by one."""

    code = "TB205"
    name = "query-in-loop"
    confidence = Confidence.HIGH
    summary = "A query in a loop"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.function.asynchronous:
            return
        for event, around in trace.walk():
            loop = _loop_of(around)
            if loop is None:
                continue
            if isinstance(event, AttributeRead):
                yield from self._awaited(event, loop, trace, program)
            elif isinstance(event, Call):
                yield from self._sent(event, loop, around, trace, program)

    def _awaited(
        self, read: AttributeRead, loop: Loop, trace: Trace, program: Program
    ) -> Iterator[Finding]:
        owner = read.owner
        if not read.awaited or not isinstance(owner, AwaitableAttrs) or not is_of_rows(loop.over):
            return
        if unloaded_relationship(owner.entity, read.name, program.project) is not None:
            what = f"{owner.entity.cls.name}.{read.name}"
            yield self._found(
                trace,
                read.node,
                loop,
                f"{trace.source.segment(read.node)} sends a statement",
                what,
                Confidence.HIGH,
            )

    def _sent(
        self, call: Call, loop: Loop, around: tuple[Structure, ...], trace: Trace, program: Program
    ) -> Iterator[Finding]:
        for fact in program.done(call, trace.source):
            if fact.does is not Does.EXECUTES or fact.name in _NOT_A_ROW_S or not fact.certain:
                continue
            confidence = self._confidence(call, fact, loop, around, trace, program)
            if confidence is None:
                continue
            said = f"{trace.source.segment(call.node.func)}() sends a statement"
            yield self._found(trace, call.node, loop, said, "", confidence, fact)
            return

    def _confidence(
        self,
        call: Call,
        fact: Fact,
        loop: Loop,
        around: tuple[Structure, ...],
        trace: Trace,
        program: Program,
    ) -> Confidence | None:
        session = fact.session
        if (
            session is None
            or not session.asynchronous
            or not (call.on(Session) or call.function is not None)
        ):
            return None
        rows = is_of_rows(loop.over)
        if not rows and not _is_list(loop):
            return None
        if not (fact.name == "flush" or _depends(call, loop, trace)):
            return None
        if any(
            isinstance(structure, Loop) and structure.over is None for structure in around
        ) or _is_left(loop, rows=rows):
            return None
        doubtful = any(isinstance(structure, Branch) for structure in around[around.index(loop) :])
        if rows:
            return (
                Confidence.MEDIUM
                if doubtful or (call.function is not None and not _reads(call, program, trace))
                else Confidence.HIGH
            )
        return None if doubtful else Confidence.MEDIUM

    def _found(
        self,
        trace: Trace,
        node: ast.AST,
        loop: Loop,
        said: str,
        what: str,
        confidence: Confidence,
        fact: Fact | None = None,
    ) -> Finding:
        over = trace.source.segment(loop.iterable) if loop.iterable is not None else "the loop"
        cure = (
            f"load it with the rest: selectinload({what})"
            if what
            else "ask once for all of them: where(column.in_(...)), or a join"
        )
        if fact is not None and fact.name == "flush":
            cure = "flush once after the loop"
        steps = fact.steps if fact is not None else ()
        first = loop.iterable if loop.iterable is not None else node
        return self.finding(
            trace.source, node, f"{said} for each of `{over}`, so a list of n costs n round trips; {cure}",
            flow=(trace.source.step(first, "the loop is here"), *steps), confidence=confidence,
        )  # fmt: skip


def _loop_of(around: tuple[Structure, ...]) -> Loop | None:
    return next(
        (
            structure
            for structure in reversed(around)
            if isinstance(structure, Loop) and structure.over is not None
        ),
        None,
    )


def _is_list(loop: Loop) -> bool:
    """A variable that is iterated whole. A literal list has as many items as the source says."""
    iterable = loop.iterable
    if isinstance(loop.over, Collection) and not any(many for _, many in contained(loop.over)):
        return False
    if (
        iterable is None
        or not isinstance(iterable, (ast.Name, ast.Attribute))
        or _is_constant(iterable)
    ):
        return False
    return not _PORTIONS.search(ast.unparse(iterable)) and not any(
        _PORTIONS.search(name) for name in _targets(loop)
    )


def _is_constant(node: ast.expr) -> bool:
    return (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")).isupper()


def _targets(loop: Loop) -> set[str]:
    target = getattr(loop.node, "target", None)
    return (
        {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}
        if target is not None
        else set()
    )


def _depends(call: Call, loop: Loop, trace: Trace) -> bool:
    """Does the statement take something of the row: the loop's name, or one made of it within the turn?"""
    names = _targets(loop)
    for node in ast.walk(loop.node) if isinstance(loop.node, (ast.For, ast.AsyncFor)) else ():
        if isinstance(node, ast.Assign) and any(
            isinstance(one, ast.Name) and one.id in names for one in ast.walk(node.value)
        ):
            names |= {
                one.id
                for target in node.targets
                for one in ast.walk(target)
                if isinstance(one, ast.Name)
            }
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(call.node))


def _is_left(loop: Loop, *, rows: bool) -> bool:
    """A loop that returns or breaks looks for something, and may find it in its first turn."""
    return not rows and any(_ends(event) for event, _ in walk(loop.body))


def _ends(event: Event) -> bool:
    return isinstance(event, (Return, Raise)) or (isinstance(event, Leave) and not event.again)


def _reads(call: Call, program: Program, trace: Trace) -> bool:
    return any(fact.does is Does.EXECUTES for fact in program.done(call, trace.source))
