"""A session that nobody closes keeps its connection until the garbage collector finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Coroutine, Session, Stream
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import (
    Assign,
    Block,
    Call,
    Leave,
    Loop,
    NameRead,
    Raise,
    Return,
    Yield,
)
from taskbound.check.trace.trace import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_CLOSES = frozenset(("close", "aclose", "__aexit__", "remove", "close_all", "reset", "invalidate"))


class NeverClosed(Rule):
    """`session = sessions()` without a block or close(), and a generator's session that is taken out of it."""

    code = "TB715"
    name = "never-closed"
    confidence = Confidence.HIGH
    summary = "A session that is never closed"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if trace.function.name == "<module>" or not trace.function.asynchronous:
            return
        yield from self._opened(trace)
        yield from self._taken(trace)

    def _opened(self, trace: Trace) -> Iterator[Finding]:
        given = {event.element for event, _ in trace.walk() if isinstance(event, Loop)}
        opened = {
            event.kind
            for event in trace.of(Assign)
            if isinstance(event.kind, Session)
            and _is_opened_here(event.kind, trace)
            and event.kind not in given
        }
        for session in opened:
            if not _leaves(session, trace):
                yield self.finding(
                    trace.source,
                    session.node,
                    f"`{session.name}` is opened and never closed, so its connection comes back "
                    "to the pool when the garbage collector finds it; open it by async with",
                )

    def _taken(self, trace: Trace) -> Iterator[Finding]:
        for event, _ in trace.walk():
            if (
                isinstance(event, Loop)
                and event.asynchronous
                and _gives_session(event.over)
                and _is_left(event)
            ):
                yield self._out_of(
                    trace, event.iterable or event.node, "the loop is left in its first turn"
                )
            elif isinstance(event, Call) and event.name in ("anext", "__anext__") and event.awaited:
                of = event.args[0] if event.args else event.receiver
                if _gives_session(of):
                    yield self._out_of(trace, event.node, "anext() takes one value")

    def _out_of(self, trace: Trace, node: object, how: str) -> Finding:
        return self.finding(
            trace.source,
            node,  # type: ignore[arg-type]  # a node of the tree
            f"{how}, and the generator that would close the session stays where it is; make it a "
            "context manager: @asynccontextmanager, and async with",
        )


def _is_opened_here(session: Session, trace: Trace) -> bool:
    return (
        session.how == "opened"
        and session.asynchronous
        and not session.scoped
        and session.source is trace.source
        and not session.connection
    )


def _leaves(session: Session, trace: Trace) -> bool:
    """Is it closed, entered, returned, stored, or handed to something that may close it?"""
    for event, _ in trace.walk():
        if isinstance(event, Block) and session in (
            event.item.session,
            event.item.context,
            event.item.enters,
        ):
            return True
        if isinstance(event, (Return, Yield)) and event.kind is session:
            return True
        if isinstance(event, Call):
            if event.receiver is session and event.name in _CLOSES:
                return True
            if session in (*event.args, *event.starred, *event.keywords.values()):
                return True
    return _is_stored(session, trace)


def _is_stored(session: Session, trace: Trace) -> bool:
    """An attribute, an item of a collection, a name of the module: who has it closes it. So does a nested function."""
    if trace.nested:
        return True
    uses = sum(1 for event in trace.of(NameRead) if event.kind is session)
    on = sum(1 for event in trace.of(Call) if event.receiver is session)
    return uses > on


def _gives_session(kind: Kind | None) -> bool:
    inner = (
        kind.call.result if isinstance(kind, Coroutine) and isinstance(kind.call, Call) else kind
    )
    return isinstance(inner, Stream) and isinstance(inner.of, Session) and inner.of.asynchronous


def _is_left(loop: Loop) -> bool:
    """Does every turn end by return, break or raise?"""
    for event, around in walk(loop.body):
        if isinstance(event, (Return, Raise)) and not around:
            return True
        if isinstance(event, Leave) and not event.again and not around:
            return True
        if isinstance(event, Return) and all(isinstance(structure, Block) for structure in around):
            return True
    return False
