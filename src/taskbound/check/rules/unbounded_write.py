"""An UPDATE or DELETE without a condition changes every row of its table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import ClassRef, Outside, Session, Statement
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding, Step
    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_CONDITIONS = frozenset(("where", "filter", "filter_by", "with_only", "from_statement"))
# A function of such a name means all rows: its finding is told to those who ask for the low ones.
_MEANS_ALL = re.compile(
    r"(^|_)(all|every|clear|reset|truncate|purge|wipe|drop|empty|teardown|cleanup)(_|$)",
    re.IGNORECASE,
)
# What a statement of a table may be made by: `users.delete()`.
_OF_TABLE = {"sqlalchemy.Table().delete()": "DELETE", "sqlalchemy.Table().update()": "UPDATE"}


class UnboundedWrite(Rule):
    """Only statements whose making was seen from the first call to the last one are told."""

    code = "TB602"
    name = "unbounded-write"
    confidence = Confidence.HIGH
    summary = "An UPDATE or DELETE without a WHERE"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for call in trace.of(Call):
            if not call.on(Session, "execute", "exec"):
                continue
            statement = call.argument(0, "statement")
            verb, what = _unbounded(statement)
            # A list of rows is an UPDATE by primary key.
            if not verb or (verb == "UPDATE" and call.argument(1, "params") is not None):
                continue
            flow: tuple[Step, ...] = ()
            if isinstance(statement, Statement) and statement.node is not call.node:
                flow = (
                    statement.source.step(statement.node, "made here, and never given a WHERE"),
                )
            yield self.finding(
                trace.source,
                call.node,
                f"the {verb} of {what} has no WHERE, so it changes every row; say which rows: "
                ".where(...), or .where(true()) if all are meant",
                flow=flow,
                confidence=_confidence(trace.function),
            )


def _confidence(function: FunctionFacts) -> Confidence:
    """A function that takes nobody's id may mean every row, the more if its name says all."""
    if any(parameter.name.endswith(("id", "ids")) for parameter in function.parameters):
        return Confidence.HIGH
    if _MEANS_ALL.search(function.name):
        return Confidence.LOW
    return Confidence.MEDIUM


def _unbounded(statement: Kind | None) -> tuple[str, str]:
    if isinstance(statement, Outside):
        return _OF_TABLE.get(statement.path, ""), "the table"
    if not isinstance(statement, Statement) or statement.verb not in ("update", "delete"):
        return "", ""
    if not statement.complete or statement.has(*_CONDITIONS):
        return "", ""
    target = statement.entities[0] if statement.entities else None
    # A table, or a class that came as an argument, may stand for what is small and is meant to be emptied.
    name = target.cls.name if isinstance(target, ClassRef) else "the table"
    return statement.verb.upper(), name
