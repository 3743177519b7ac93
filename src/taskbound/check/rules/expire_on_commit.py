"""Sessions whose commit throws away what their objects hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Constant, Session, SessionFactory
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import AttributeWrite, Call, Return, Yield

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event
    from taskbound.check.trace.trace import Trace


class ExpireOnCommit(Rule):
    """`async_sessionmaker(engine)`, `AsyncSession(engine)` without `expire_on_commit=False`."""

    code = "TB701"
    name = "expire-on-commit"
    confidence = Confidence.HIGH
    summary = "A commit expires what the session's objects hold"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for call in trace.of(Call):
            made = call.result
            if (
                not isinstance(made, (SessionFactory, Session))
                or made.node is not call.node
                or made.expiring is not True
            ):
                continue
            if (
                not made.asynchronous
                or getattr(made, "connection", False)
                or getattr(made, "scoped", False)
            ):
                continue
            if isinstance(made, Session) and made.factory is not None:
                continue  # is told of its factory
            if call.cls is not None or not _is_sqlalchemy_s(call):
                continue
            if isinstance(made, SessionFactory) and _configured(made, program):
                continue
            written = trace.source.segment(call.node.func)
            yield self.finding(
                trace.source,
                call.node,
                f"{written}() leaves expire_on_commit on, so every read of an attribute after "
                "commit() is hidden I/O and fails with MissingGreenlet; say "
                "expire_on_commit=False",
                confidence=None if _may_commit(call, made, trace, program) else Confidence.MEDIUM,
            )


def _may_commit(call: Call, made: Session | SessionFactory, trace: Trace, program: Program) -> bool:
    """A session of one function that never commits there expires nothing: not yet."""
    if isinstance(made, SessionFactory) and not _is_called_at_once(call, trace):
        return True
    if isinstance(made, Session) and made.carrier is not None:
        return False
    return any(_commits_or_leaves(event, made, trace, program) for event, _ in trace.walk())


def _is_called_at_once(call: Call, trace: Trace) -> bool:
    """`async_sessionmaker(engine)()`"""
    return any(other.node.func is call.node for other in trace.of(Call))


def _commits_or_leaves(
    event: Event, made: Session | SessionFactory, trace: Trace, program: Program
) -> bool:
    if isinstance(event, (Return, Yield, AttributeWrite)) and _is_of(event.kind, made):
        return True
    return any(
        fact.does in (Does.COMMITS, Does.HANDED) and _is_of(fact.session, made)
        for fact in program.done(event, trace.source)
    )


def _is_of(kind: Kind | None, made: Session | SessionFactory) -> bool:
    return isinstance(kind, Session) and made in (kind, kind.factory)


def _is_sqlalchemy_s(call: Call) -> bool:
    given = call.keywords.get("class_")
    plain = (
        given is None
        or isinstance(given, Constant)
        or getattr(given, "path", "").startswith(("sqlalchemy", "sqlmodel"))
    )
    return call.qualname.startswith(("sqlalchemy", "sqlmodel")) and plain


def _configured(factory: SessionFactory, program: Program) -> bool:
    """Does `factory.configure(expire_on_commit=...)` stand somewhere?"""
    return any(
        getattr(call.receiver, "node", None) is factory.node and "expire_on_commit" in call.keywords
        for trace in program.traces()
        for call in trace.of(Call)
        if call.name == "configure"
    )
