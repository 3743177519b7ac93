"""Sessions whose commit throws away what their objects hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Constant, Session, SessionFactory
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.program import Program
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
            )


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
