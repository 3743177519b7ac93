"""A statement for each row of a result is N+1 statements."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence, Step
from taskbound.check.kinds import (
    AwaitableAttrs,
    Collection,
    Constant,
    Session,
    Statement,
    contained,
    is_literal,
    is_of_rows,
)
from taskbound.check.rules.rule import Rule
from taskbound.check.rules.tables_of_turns import (
    is_of_another_table,
    is_of_objects,
    names_of_turn,
    targets,
)
from taskbound.check.summary.effects import WRITING
from taskbound.check.summary.facts import Does
from taskbound.check.summary.loaded import unloaded_relationship
from taskbound.check.trace.events import (
    AttributeRead,
    Block,
    Branch,
    Call,
    Leave,
    Loop,
    Raise,
    Return,
    Try,
)
from taskbound.check.trace.trace import loop_around, walk

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
_OF_DICT = frozenset(("items", "values", "keys", "copy"))
_SAME_LENGTH = frozenset(("enumerate", "sorted", "list", "tuple", "set", "reversed", "tqdm"))
_PORTIONS = re.compile(
    r"batch|chunk|partition|page|range|retr|attempt|tries|backoff|level|frontier|queue|shard|window",
    re.IGNORECASE,
)
# As many of them as the program was told of, and no more with the next row.
_SETTINGS = re.compile(r"config|setting|option", re.IGNORECASE)
# `self.config.projects`, `settings.tenants`, `self._graph_registry`: what the program itself is made of.
_OWN = re.compile(r"(self\.)?(\w*_)?(config|settings|registry)(\.|$)", re.IGNORECASE)


class QueryInLoop(Rule):
    """Told of loops over rows, and of loops over a list that a query takes one by one."""

    code = "TB205"
    name = "query-in-loop"
    confidence = Confidence.HIGH
    summary = "A query in a loop"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.function.asynchronous or not trace.places(Loop):
            return
        if Does.EXECUTES not in program.does(trace):
            return
        found: dict[Loop, list[Finding]] = {}
        for event, around in trace.walk():
            loop = loop_around(around)
            if loop is None:
                continue
            if isinstance(event, AttributeRead):
                found.setdefault(loop, []).extend(self._awaited(event, loop, trace, program))
            elif isinstance(event, Call):
                found.setdefault(loop, []).extend(self._sent(event, loop, around, trace, program))
        yield from (_of_loop(findings) for findings in found.values() if findings)

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
            or (fact.last is not None and _is_without_load(fact.last))
        ):
            return None
        within = around[around.index(loop) :]
        if _is_of_turn(session, loop) or any(_is_every_so_often(one) for one in within):
            return None
        rows = is_of_rows(loop.over)
        if _is_literal(loop, trace, program) or not (rows or _is_list(loop)):
            return None
        if not (fact.name == "flush" or _depends(call, loop)):
            return None
        if _is_left(loop, rows=rows) or is_of_another_table(call, fact, loop, program):
            return None
        # Of a list that a `while` goes through in portions nothing is known; rows stay rows.
        repeated = any(_is_while(one) for one in around)
        if repeated and (not rows or any(_is_while(one) for one in within)):
            return None
        if not (rows and not is_of_objects(loop)) and _is_asked(call, fact, loop, program):
            return None
        doubtful = repeated or any(_may_not_run(structure, call) for structure in within)
        if rows:
            doubtful = doubtful or any(_SETTINGS.search(name) for name in targets(loop))
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


def _of_loop(findings: list[Finding]) -> Finding:
    """One finding for a loop: the first that is the surest, with the other statements as steps."""
    told = next((one for one in findings if one.confidence is Confidence.HIGH), findings[0])
    lines = {told.line}
    others: list[Step] = []
    for one in findings:
        if one.line not in lines:
            lines.add(one.line)
            others.append(Step(one.path, one.line, "and a statement here"))
    return replace(told, flow=(*told.flow, *others))


def _is_of_turn(session: Session, loop: Loop) -> bool:
    """Is the session opened in the loop's body? Then each turn is a unit of work of its own."""
    return session.how == "opened" and any(
        isinstance(event, Block) and event.item.opens and event.item.session is session
        for event, _ in walk(loop.body)
    )


def _may_not_run(structure: Structure, call: Call) -> bool:
    """A statement whose conflict is caught stands by itself on purpose."""
    if isinstance(structure, Try):
        return structure.handles(call) or any(
            getattr(kind, "path", "").endswith("IntegrityError")
            for handler in structure.handlers
            for kind in handler.types
        )
    return isinstance(structure, Branch)


def _is_asked(call: Call, fact: Fact, loop: Loop, program: Program) -> bool:
    """Does the turn ask whether its row was written? `stock >= :quantity` is told by the rowcount of one."""
    statement = fact.last.argument(0, "statement") if fact.last is not None else None
    if not isinstance(statement, Statement) or statement.verb not in WRITING:
        return False
    if call.function is None:
        return any(_counts(test) for test in _tests(loop.node))
    sent = [one for one in program.world.trace(call.function).of(Call) if one.on(Session)]
    counted = any(_counts(test) for test in _tests(call.function.node))
    tested = any(call.node in ast.walk(test) for test in _tests(loop.node))
    return counted and tested and len(sent) == 1


def _tests(node: ast.AST) -> Iterator[ast.expr]:
    """What is asked within: the tests of `if`, `while` and comprehensions, comparisons, `not`."""
    for one in ast.walk(node):
        if isinstance(one, (ast.If, ast.IfExp, ast.While, ast.Assert)):
            yield one.test
        elif isinstance(one, ast.comprehension):
            yield from one.ifs
        elif isinstance(one, (ast.Compare, ast.UnaryOp)):
            yield one


def _counts(test: ast.expr) -> bool:
    return any(isinstance(one, ast.Attribute) and one.attr == "rowcount" for one in ast.walk(test))


def _is_while(structure: Structure) -> bool:
    return isinstance(structure, Loop) and structure.over is None


def _is_every_so_often(structure: Structure) -> bool:
    """`if number % 500 == 0:` is a portion of rows, not a row."""
    test = structure.node.test if isinstance(structure.node, (ast.If, ast.IfExp)) else None
    return test is not None and any(
        isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod) for node in ast.walk(test)
    )


def _is_without_load(call: Call) -> bool:
    """`merge(..., load=False)` takes the object as it is."""
    load = call.keywords.get("load")
    return call.name == "merge" and isinstance(load, Constant) and load.value is False


def _is_literal(loop: Loop, trace: Trace, program: Program) -> bool:
    """Is it a constant, or a parameter that all callers give a list of literals?"""
    iterable = _iterated(loop.iterable)
    if iterable is None or _is_constant(iterable):
        return iterable is not None
    if not isinstance(iterable, ast.Name) or iterable.id not in trace.parameters:
        return False
    names = [parameter.name for parameter in trace.function.parameters]
    position = names.index(iterable.id) - (trace.function.owner is not None)
    calls = program.calls_of(trace.function)
    given = [call.argument(position, iterable.id) for call, _ in calls]
    return bool(given) and all(is_literal(kind) for kind in given)


def _iterated(node: ast.expr | None) -> ast.expr | None:
    """`RATES` of `enumerate(RATES.items())`."""
    while isinstance(node, ast.Call):
        if isinstance(node.func, ast.Attribute) and node.func.attr in _OF_DICT and not node.args:
            node = node.func.value
        elif isinstance(node.func, ast.Name) and node.func.id in _SAME_LENGTH and node.args:
            node = node.args[0]
        else:
            return None
    return node


def _is_list(loop: Loop) -> bool:
    """A variable that is iterated whole. A literal list has as many items as the source says."""
    iterable = loop.iterable
    if isinstance(loop.over, Collection) and not any(many for _, many in contained(loop.over)):
        return False
    if not isinstance(iterable, (ast.Name, ast.Attribute)) or _OWN.match(ast.unparse(iterable)):
        return False
    return not _PORTIONS.search(ast.unparse(iterable)) and not any(
        _PORTIONS.search(name) for name in targets(loop)
    )


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):  # `TABLES | MORE_TABLES`
        return _is_constant(node.left) and _is_constant(node.right)
    return (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")).isupper()


def _depends(call: Call, loop: Loop) -> bool:
    """Does the statement take something of the row?"""
    names = names_of_turn(loop)
    return any(isinstance(node, ast.Name) and node.id in names for node in ast.walk(call.node))


def _is_left(loop: Loop, *, rows: bool) -> bool:
    """A loop that returns or breaks looks for something, and may find it in its first turn."""
    return not rows and any(_ends(event) for event, _ in walk(loop.body))


def _ends(event: Event) -> bool:
    return isinstance(event, (Return, Raise)) or (isinstance(event, Leave) and not event.again)


def _reads(call: Call, program: Program, trace: Trace) -> bool:
    return any(fact.does is Does.EXECUTES for fact in program.done(call, trace.source))
