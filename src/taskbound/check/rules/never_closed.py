"""A session that nobody closes keeps its connection until the garbage collector finds it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Coroutine, Session, Stream, sessions_in
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.binding import bound_arguments
from taskbound.check.trace.events import (
    Assign,
    AttributeRead,
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

_NEXT = ("anext", "__anext__")
_DEEPEST = 3
_CLOSES = frozenset(("close", "aclose", "__aexit__", "remove", "close_all", "reset", "invalidate"))


class NeverClosed(Rule):
    """`session = sessions()` without a block or close(), and a session that is taken out of its generator."""

    code = "TB715"
    name = "never-closed"
    confidence = Confidence.HIGH
    summary = "A session that is never closed"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if trace.function.name == "<module>" or not trace.function.asynchronous:
            return
        yield from self._opened(trace, program)
        yield from self._taken(trace)

    def _opened(self, trace: Trace, program: Program) -> Iterator[Finding]:
        # What a generator gives is the generator's to close.
        given = {event.element for event in trace.of(Loop)}
        given.update(call.value for call in trace.of(Call) if call.name in _NEXT)
        opened = {
            event.kind
            for event in trace.of(Assign)
            if isinstance(event.kind, Session)
            and _is_opened_here(event.kind, trace)
            and event.kind not in given
        }
        for session in opened:
            if not _leaves(session, trace, program):
                yield self.finding(
                    trace.source,
                    session.node,
                    f"`{session.name}` is opened and never closed, so its connection comes back "
                    "to the pool when the garbage collector finds it; open it by async with",
                )

    def _taken(self, trace: Trace) -> Iterator[Finding]:
        for event in (*trace.of(Loop), *trace.of(Call)):
            if (
                isinstance(event, Loop)
                and event.asynchronous
                and _gives_session(event.over)
                and _is_left(event)
            ):
                yield self._out_of(
                    trace, event.iterable or event.node, "the loop is left in its first turn"
                )
            elif isinstance(event, Call) and event.name in _NEXT and event.awaited:
                of = _taken_from(event)
                if _gives_session(of) and not _is_ended(of, trace):
                    yield self._out_of(trace, event.node, "anext() takes one value")

    def _out_of(self, trace: Trace, node: ast.AST, how: str) -> Finding:
        return self.finding(
            trace.source,
            node,
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
        and session.carrier is None  # whose connection it is closes that
        # An annotation, of a name or of what a function returns, says that it is one, and opens none.
        and isinstance(session.node, ast.Call)
        and (session.factory is not None or session.bind is not None)
    )


def _leaves(session: Session, trace: Trace, program: Program, depth: int = 0) -> bool:
    """Is it closed, entered, returned, stored, or handed to something that may close it?"""
    kept = 0
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
            handed = [*event.args, *event.starred, *event.keywords.values()].count(session)
            if handed and _takes_over(event, session, program, depth):
                return True
            kept += handed
    return _is_stored(session, trace, kept)


def _takes_over(call: Call, session: Session, program: Program, depth: int) -> bool:
    """May what the session is handed to close it, or keep it? A function that only works with it does not."""
    function = call.function
    if function is None or depth > _DEEPEST or function.decorated("abstractmethod", "overload"):
        return True
    if session in sessions_in(call.value):
        return True
    target = call.target
    values = bound_arguments(function, call, getattr(target, "bound", None))
    trace = program.trace(function)
    taken = [trace.parameters.get(name) for name, kind in values.items() if kind is session]
    return not taken or any(
        not isinstance(kind, Session) or _leaves(kind, trace, program, depth + 1) for kind in taken
    )


def _is_stored(session: Session, trace: Trace, handed: int) -> bool:
    """An attribute, an item of a collection, a name of the module: who has it closes it. So does a nested
    function.
    """
    if trace.nested:
        return True
    uses = sum(1 for event in trace.of(NameRead) if event.kind is session)
    on = sum(1 for event in trace.of(Call) if event.receiver is session)
    return uses > on + handed


def _taken_from(call: Call) -> Kind:
    return call.args[0] if call.args else call.receiver


def _is_ended(stream: Kind, trace: Trace) -> bool:
    """Is the generator closed, or asked for more, or the session that it gave closed?"""
    asked = [call for call in trace.of(Call) if call.name in _NEXT and _taken_from(call) is stream]
    if len(asked) > 1:
        return True
    inner = stream.call.result if isinstance(stream, Coroutine) else stream
    session = inner.of if isinstance(inner, Stream) else None
    return any(
        (isinstance(event, AttributeRead) and event.name == "aclose" and event.owner is stream)
        or (
            isinstance(event, Call)
            and event.name in _CLOSES
            and event.receiver in (stream, inner, session)
        )
        for event, _ in trace.walk()
    )


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
