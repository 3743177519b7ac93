"""What was not loaded cannot be loaded once the session is gone."""

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


class AfterSession(Rule):
    """An unloaded relationship or column, read after the block of its session."""

    code = "TB720"
    name = "after-session"
    confidence = Confidence.HIGH
    summary = "An entity is asked for what was not loaded after its session has ended"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        known = Known(trace, program)
        for event, around in trace.places(AttributeRead):
            if not isinstance(event.owner, Entity) or event.awaited:
                continue
            entity, session = event.owner, event.owner.session
            if session is None or not is_detached(entity, around, trace, program):
                continue
            if known.unloaded(entity, event.name, event) is not None:
                option = "selectinload"
            elif known.deferred(entity, event.name, event):
                option = "undefer"
            else:
                continue
            what = f"{entity.cls.name}.{event.name}"
            yield self.finding(
                trace.source,
                event.node,
                f"{trace.source.segment(event.node)} is read after its session has ended, and "
                f"{what} was not loaded, so it raises DetachedInstanceError; load it in the "
                f"statement: .options({option}({what})), or read it within the session's block",
                flow=(
                    session.source.step(session.node, "the session is opened here, and has ended"),
                ),
            )
