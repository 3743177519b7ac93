"""A coroutine of a session that is thrown away does nothing."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence, Edit, Fix
from taskbound.check.kinds import Coroutine, Engine, Session, Transaction
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.source import Source
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace


class NotAwaited(Rule):
    """`session.commit()` for `await session.commit()`."""

    code = "TB302"
    name = "not-awaited"
    confidence = Confidence.HIGH
    summary = "A call of an asynchronous session that is not awaited"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for call in trace.of(Call):
            if (
                not call.dropped
                or _is_of_the_synchronous(call)
                or getattr(call.receiver, "mixed", False)
                or call.awaited
                or (not call.on(Session) and not call.on(Engine) and not call.on(Transaction))
            ):
                continue
            written = trace.source.segment(call.node.func)
            if isinstance(call.result, Coroutine):
                yield self.finding(
                    trace.source,
                    call.node,
                    f"{written}() is not awaited, so it does nothing; write `await {written}(...)`",
                    fix=_awaited(trace, call),
                )
            elif isinstance(call.result, Transaction) and call.result.session.asynchronous:
                yield self.finding(
                    trace.source,
                    call.node,
                    f"{written}() is neither awaited nor entered, so nothing is begun; write "
                    f"`async with {written}():`",
                )


def _is_of_the_synchronous(call: Call) -> bool:
    """`session.sync_session.close()`, which has nothing to await."""
    owner = getattr(call.node.func, "value", None)
    return isinstance(owner, ast.Attribute) and owner.attr in ("sync_session", "sync_connection")


def _awaited(trace: Trace, call: Call) -> Fix | None:
    if not trace.function.asynchronous or not isinstance(call.node.func, ast.Attribute):
        return None
    start = _start(trace.source, call.node)
    return Fix("await it", (Edit(trace.source.path, start, start, "await "),), safe=True)


def _start(source: Source, node: ast.AST) -> tuple[int, int]:
    return node.lineno, source.column(node) - 1  # type: ignore[attr-defined]  # of an expression
