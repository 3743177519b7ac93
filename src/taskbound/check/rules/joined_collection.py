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
        for event, _ in trace.walk():
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
    """`Author.books`: a collection that a statement's own options join; empty where there is none."""
    wanted = strategies or ("joinedload",)
    if statement.verb != "select":
        return ""
    for option in statement.options:
        for strategy, path in zip(option.strategies, option.paths, strict=True):
            if strategy not in wanted:
                continue
            mapped = program.project.mapped(option.cls) if option.cls is not None else None
            if mapped is None or len(path) != 1:
                continue
            name = path[0]
            relationship = mapped.relationships.get(name) if name is not None else None
            if (
                relationship is not None
                and relationship.many
                and _is_selected(statement, option.cls)
            ):
                return f"{mapped.cls.name}.{name}"
    return ""


def _is_selected(statement: Statement, cls: object) -> bool:
    return any(isinstance(entity, ClassRef) and entity.cls is cls for entity in statement.entities)
