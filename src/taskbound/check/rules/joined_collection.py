"""A joined collection gives a row for each of its items, and SQLAlchemy asks for unique()."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import ClassRef, Result
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Call, Loop

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.index.facts import ClassFacts
    from taskbound.check.kinds import Kind, Statement
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event
    from taskbound.check.trace.trace import Trace

# Not first() and scalar(), which take the first row and look no further.
_ALL = frozenset((
    "all", "one", "one_or_none", "scalar_one", "scalar_one_or_none", "fetchall", "fetchone", "fetchmany",
    "partitions",
))  # fmt: skip
_READERS = frozenset(("list", "set", "tuple", "sorted"))


class JoinedCollection(Rule):
    """joinedload() of a collection, and all(), one() or a loop without unique()."""

    code = "TB707"
    name = "joined-collection"
    confidence = Confidence.HIGH
    summary = "Rows of a joined collection are read without unique()"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for event in (*trace.of(Call), *trace.of(Loop)):
            result, node, how = _read(event)
            if not isinstance(result, Result) or result.unique or result.statement is None:
                continue
            joined = joined_collection(result.statement, program)
            if joined:
                yield self.finding(
                    trace.source,
                    node,
                    f"{joined} is loaded by a join, so its parents come several times and {how} raises "
                    "InvalidRequestError; ask for result.unique() first, or load it by selectinload()",
                    flow=(
                        result.statement.source.step(
                            result.statement.node, f"{joined} is joined here"
                        ),
                    ),
                )


def _read(event: Event) -> tuple[Kind | None, ast.AST, str]:
    """What an event reads to its end, where, and by what; None where it reads nothing."""
    if isinstance(event, Call) and event.on(Result, *_ALL):
        return event.receiver, event.node, f"{event.name}()"
    if isinstance(event, Call) and event.name in _READERS and event.args:
        return event.args[0], event.node, f"{event.name}()"
    if isinstance(event, Loop) and not event.asynchronous:
        return event.over, event.iterable or event.node, "a loop"
    return None, event.node, ""


def joined_collection(statement: Statement, program: Program, *strategies: str) -> str:
    """`Author.books` where it is a collection that a statement's own options join; else empty."""
    wanted = strategies or ("joinedload",)
    if statement.verb != "select":
        return ""
    joined = {
        (option.cls, path)
        for option in statement.options
        for strategy, path in zip(option.strategies, option.paths, strict=True)
        if strategy in (*wanted, "joinedload")
    }
    for option in statement.options:
        for strategy, path in zip(option.strategies, option.paths, strict=True):
            within = all((option.cls, path[:end]) in joined for end in range(1, len(path)))
            if strategy in wanted and within and _is_selected(statement, option.cls):
                found = _collection_at(option.cls, path, program)
                if found:
                    return found
    return ""


def _collection_at(cls: ClassFacts | None, path: tuple[str | None, ...], program: Program) -> str:
    """`Author.books` where the path ends at a collection; empty where it does not, or cannot be followed."""
    relationship = None
    for name in path:
        mapped = program.project.mapped(cls) if cls is not None else None
        relationship = mapped.relationships.get(name) if mapped is not None and name else None
        if relationship is None:
            return ""
        cls = relationship.target
    return (
        f"{relationship.cls.name}.{relationship.name}" if relationship and relationship.many else ""
    )


def _is_selected(statement: Statement, cls: object) -> bool:
    return any(isinstance(entity, ClassRef) and entity.cls is cls for entity in statement.entities)
