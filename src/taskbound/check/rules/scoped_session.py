"""A registry whose scope is not the task gives its session to several tasks."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import Constant, FunctionRef, Outside, SessionFactory
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_THREADS = (
    "threading.get_ident",
    "threading.current_thread",
    "threading.get_native_id",
    "_thread.get_ident",
    "os.getpid",
)


class ScopedSession(Rule):
    """A registry by thread or by a constant: async_scoped_session(), or scoped_session() of AsyncSession."""

    code = "TB706"
    name = "scoped-session"
    confidence = Confidence.HIGH
    summary = "A scoped session without a task for its scope"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for call in trace.of(Call):
            if not call.qualname.startswith("sqlalchemy") or call.name not in (
                "async_scoped_session",
                "scoped_session",
            ):
                continue
            factory = call.argument(0, "session_factory")
            asynchronous = call.name.startswith("async") or (
                isinstance(factory, SessionFactory) and factory.asynchronous
            )
            scope = _scope(call.argument(1, "scopefunc"), call)
            if asynchronous and scope:
                yield self.finding(
                    trace.source,
                    call.node,
                    f"the scope of this registry is {scope}, so tasks of one event loop share a "
                    "session; say scopefunc=asyncio.current_task and call remove() in the same "
                    "task, or open sessions by async with",
                )


def _scope(kind: Kind | None, call: Call) -> str:
    """What is wrong with the scope; empty where it is a task's, or not known."""
    if kind is None:
        return "" if call.name.startswith("async") or call.double_starred else "the thread"
    if isinstance(kind, Outside) and kind.name in _THREADS:
        return "the thread"
    if isinstance(kind, FunctionRef) and isinstance(kind.function.node, ast.Lambda):
        return "a constant" if isinstance(kind.function.node.body, ast.Constant) else ""
    return (
        "a constant"
        if isinstance(kind, Constant) and kind.value is None and not call.name.startswith("async")
        else ""
    )
