"""A column that the query left out is loaded at the read, which cannot be awaited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Entity
from taskbound.check.rules.rule import Rule
from taskbound.check.rules.unloaded_relationship import Known, is_detached
from taskbound.check.trace.events import AttributeRead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace


class DeferredColumn(Rule):
    """`deferred=True` in the mapping, defer() or load_only() in the statement."""

    code = "TB203"
    name = "deferred-column"
    confidence = Confidence.HIGH
    summary = "A column is read that the query left out"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        known = Known(trace, program)
        for event, around in trace.places(AttributeRead):
            if not isinstance(event.owner, Entity) or event.awaited:
                continue
            entity = event.owner
            if known.deferred(entity, event.name, event) and not is_detached(
                entity, around, trace, program
            ):
                what = f"{entity.cls.name}.{event.name}"
                statement = entity.statement
                yield self.finding(
                    trace.source,
                    event.node,
                    f"{trace.source.segment(event.node)} is hidden I/O: the query left out "
                    f"{what}, and loading it at the read raises MissingGreenlet; load it with the "
                    f"rest: .options(undefer({what})), or await it: awaitable_attrs.{event.name}",
                    flow=(statement.source.step(statement.node, "read by this statement"),)
                    if statement is not None
                    else (),
                )
