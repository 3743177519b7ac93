"""A synchronous session in a coroutine stops the event loop for each of its statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Session
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.effects import METHODS
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_SENDS = frozenset((Does.EXECUTES, Does.COMMITS, Does.FLUSHES))


class SyncSession(Rule):
    """`def` functions and what runs in threads may have one."""

    code = "TB714"
    name = "sync-session"
    confidence = Confidence.HIGH
    summary = "A synchronous session in asynchronous code"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.function.asynchronous:
            return
        told: set[Session] = set()
        for call in trace.of(Call):
            session = call.receiver
            if (
                not isinstance(session, Session)
                or session.asynchronous
                or session.mixed
                or call.awaited
                or session in told
            ):
                continue
            if not _SENDS.intersection(METHODS.get(call.name, ())):
                continue
            told.add(session)
            yield self.finding(
                trace.source,
                call.node,
                f"`{session.name}` is a synchronous session, so {call.name}() blocks the event "
                f"loop of {trace.function.spoken}(); use an AsyncSession, or run the function in "
                "a thread: await asyncio.to_thread(...)",
                flow=(session.source.step(session.node, "the session comes from here"),),
            )
