"""A commit for each row waits for the disk as often as there are rows."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import Collection, Session, is_of_rows
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Branch, Call, Leave, Loop, Raise, Return, Try
from taskbound.check.trace.trace import loop_around, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Structure
    from taskbound.check.trace.trace import Trace

_PORTIONS = re.compile(
    r"batch|chunk|partition|page|range|retr|attempt|tries|iter_|stream|queue|poll|worker|window",
    re.IGNORECASE,
)


class CommitPerRow(Rule):
    """Told of loops over rows and lists, on a session that was opened before the loop."""

    code = "TB712"
    name = "commit-per-row"
    confidence = Confidence.MEDIUM
    summary = "A commit for each turn of a loop"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.places(Loop) or Does.COMMITS not in program.does(trace):
            return
        for event, around in trace.places(Call):
            loop = loop_around(around)
            if loop is None or _is_by_intent(event, around[around.index(loop) :]):
                continue
            for fact in program.done(event, trace.source):
                if fact.does is Does.COMMITS and self._is_each_turn(
                    event, fact, loop, trace, program
                ):
                    yield self._found(trace, event, fact, loop)
                    break

    def _is_each_turn(
        self, event: Call, fact: Fact, loop: Loop, trace: Trace, program: Program
    ) -> bool:
        session = fact.session
        if (
            session is None
            or not fact.certain
            or not session.asynchronous
            or _is_within(session.node, loop)
        ):
            return False
        if not (event.on(Session) or event.function is not None) or not _over_rows(loop):
            return False
        return not any(
            _leaves(inner) or _waits(inner, trace, program) for inner, _ in walk(loop.body)
        )

    def _found(self, trace: Trace, event: Call, fact: Fact, loop: Loop) -> Finding:
        session = fact.session.name if fact.session is not None else "the session"
        return self.finding(
            trace.source,
            event.node,
            f"`{session}` is committed once for each turn of the loop: each waits for the disk, "
            "and a failure leaves the first rows without the rest; commit once after the loop, "
            "or once for each batch",
            flow=(trace.source.step(loop.iterable or loop.node, "the loop is here"), *fact.steps),
        )


def _is_by_intent(event: Call, within: tuple[Structure, ...]) -> bool:
    """Is it one commit for each portion, or for a row whose failure the others survive?"""
    return any(
        (isinstance(structure, Branch) and _counts(structure.node))
        or (isinstance(structure, Try) and _swallows(structure, event))
        for structure in within
    )


def _counts(node: ast.AST) -> bool:
    """`if number % 500 == 0`, `if len(batch) >= 1000`, `if pending > limit`."""
    test = getattr(node, "test", None)
    if test is None:
        return False
    return any(
        isinstance(inner, ast.Mod)
        or (isinstance(inner, ast.Name) and bool(_PORTIONS.search(inner.id)))
        or (isinstance(inner, ast.Compare) and _is_of_length(inner))
        for inner in ast.walk(test)
    )


def _is_of_length(compare: ast.Compare) -> bool:
    sides = (compare.left, *compare.comparators)
    measured = any(isinstance(side, ast.Call) and last_name(side) == "len" for side in sides)
    return measured or isinstance(compare.ops[0], (ast.Gt, ast.GtE))


def _swallows(block: Try, event: Call) -> bool:
    inside = any(inner is event for inner, _ in walk(block.body))
    return inside and any(
        not any(isinstance(inner, Raise) for inner, _ in walk(handler.body))
        for handler in block.handlers
    )


def _is_within(node: ast.AST, loop: Loop) -> bool:
    first, last = getattr(loop.node, "lineno", 0), getattr(loop.node, "end_lineno", 0) or 0
    return first < getattr(node, "lineno", 0) <= last


def _over_rows(loop: Loop) -> bool:
    if loop.over is None or loop.asynchronous:
        return False
    if is_of_rows(loop.over):
        return True
    if (
        isinstance(loop.over, Collection)
        and loop.over.items
        and not any(many for _, many in loop.over.items)
    ):
        return False  # a list that stands in the source
    iterable = loop.iterable
    target = ast.unparse(loop.node.target) if isinstance(loop.node, ast.For) else ""
    if iterable is None or _PORTIONS.search(ast.unparse(iterable)) or _PORTIONS.search(target):
        return False
    return isinstance(iterable, (ast.Name, ast.Attribute))


def _leaves(event: object) -> bool:
    return isinstance(event, Return) or (isinstance(event, Leave) and not event.again)


def _waits(event: object, trace: Trace, program: Program) -> bool:
    return isinstance(event, Call) and any(
        fact.does is Does.WAITS for fact in program.done(event, trace.source)
    )
