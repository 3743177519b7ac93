"""A limit counts the rows of a join, not the parents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Statement
from taskbound.check.rules.joined_collection import joined_collection
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_CUTS = frozenset(("limit", "offset", "fetch", "slice"))


class EagerWithLimit(Rule):
    """contains_eager() of a collection in a statement with LIMIT or OFFSET."""

    code = "TB708"
    name = "eager-with-limit"
    confidence = Confidence.HIGH
    summary = "A limit cuts the collection that contains_eager() fills"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        told: set[int] = set()
        for call in trace.of(Call):
            statement = call.result
            if not isinstance(statement, Statement) or not statement.has(*_CUTS):
                continue
            cut = next(made for name, made in statement.clauses if name in _CUTS)
            collection = joined_collection(statement, program, "contains_eager")
            if (
                not collection
                or id(cut) in told
                or statement.has("from_statement", "distinct", "select_from")
            ):
                continue
            told.add(id(cut))
            yield self.finding(
                trace.source,
                cut.node,
                f"{cut.name}() counts the joined rows, so contains_eager() fills {collection} "
                "with a part of its items; limit the parents in a subquery, or load the "
                "collection by selectinload()",
                flow=(statement.source.step(statement.node, "the statement begins here"),),
            )
