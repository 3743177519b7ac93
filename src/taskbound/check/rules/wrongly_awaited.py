"""Calls of an asynchronous session in the form of a synchronous one, and the reverse."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence, Edit, Fix
from taskbound.check.kinds import Context, Coroutine, MethodRef, Result, Rows, Session, Transaction
from taskbound.check.rules.rule import Rule
from taskbound.check.trace.events import Block, Call, Loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event
    from taskbound.check.trace.trace import Trace

# Methods of AsyncSession that give no coroutine.
_PLAIN = frozenset(
    (
        "add",
        "add_all",
        "expunge",
        "expunge_all",
        "expire",
        "expire_all",
        "is_modified",
        "in_transaction",
    )
)
_OF_RESULT = frozenset((
    "all", "first", "one", "one_or_none", "scalar", "scalars", "scalar_one", "scalar_one_or_none",
    "fetchall", "fetchone", "mappings", "unique", "rowcount",
))  # fmt: skip


class WronglyAwaited(Rule):
    """`await session.add(...)`, `await session.execute(q).all()`, `with session`, `session.query(...)`."""

    code = "TB719"
    name = "wrongly-awaited"
    confidence = Confidence.HIGH
    summary = "An asynchronous session is used as if it were a synchronous one"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for event in (*trace.of(Call), *trace.of(Block), *trace.of(Loop)):
            message, fix = _wrong(event, trace)
            if message:
                node = event.item.node.context_expr if isinstance(event, Block) else event.node
                if isinstance(event, Loop):
                    node = event.iterable or event.node
                yield self.finding(trace.source, node, message, fix=fix)


def _wrong(event: Event, trace: Trace) -> tuple[str, Fix | None]:
    if isinstance(event, Call):
        return _of_call(event, trace)
    if isinstance(event, Block):
        return _of_block(event, trace)
    if isinstance(event, Loop) and event.asynchronous:
        over = event.over
        buffered = isinstance(over, Rows) or (isinstance(over, Result) and not over.streamed)
        if buffered and not isinstance(over, Coroutine) and _is_of_async(over):
            return (
                "a result that is in memory is not iterated by `async for`; write `for`, or ask "
                "for a stream: session.stream(...)",
                None,
            )
    return "", None


def _is_of_async(kind: Kind | None) -> bool:
    session = getattr(kind, "session", None)
    return isinstance(session, Session) and session.asynchronous


def _of_call(call: Call, trace: Trace) -> tuple[str, Fix | None]:
    if call.on(Coroutine):
        return _of_coroutine(call, trace)
    if not call.on(Session):
        return "", None
    target = call.target
    session = target.receiver if isinstance(target, MethodRef) else None
    if not isinstance(session, Session) or not session.asynchronous or session.connection:
        return "", None
    written = trace.source.segment(call.node.func)
    if call.name in _PLAIN and call.awaited:
        return (
            f"{written}() is no coroutine, so awaiting what it gives fails; leave out the await",
            None,
        )
    if call.name == "query":
        return (
            f"{written}() does not exist: an AsyncSession has no query(); "
            "write `await session.scalars(select(...))`"
        ), None
    return "", None


def _of_coroutine(asked: Call, trace: Trace) -> tuple[str, Fix | None]:
    coroutine, node = asked.receiver, asked.node.func
    if (
        not isinstance(coroutine, Coroutine)
        or not isinstance(node, ast.Attribute)
        or asked.name not in _OF_RESULT
    ):
        return "", None
    call = coroutine.call
    if not (isinstance(call, Call) and call.on(Session) and isinstance(node.value, ast.Call)):
        return "", None
    short = trace.source.segment(node.value.func)
    return (
        f"{asked.name}() is asked of the coroutine that {short}() gives, which has none; await that first: "
        f"(await {short}(...)).{asked.name}()"
    ), _parenthesised(trace, node.value) if asked.awaited else None


def _parenthesised(trace: Trace, inner: ast.Call) -> Fix | None:
    """`await s.execute(q).scalars()` becomes `(await s.execute(q)).scalars()`."""
    source = trace.source
    line = source.line(inner.lineno)
    start = inner.col_offset
    if (
        inner.lineno != inner.end_lineno
        or not line.isascii()
        or not line[:start].endswith("await ")
    ):
        return None
    end = inner.end_col_offset or 0
    at, until = (inner.lineno, start - len("await ")), (inner.lineno, end)
    return Fix(
        "await the session's call alone",
        (Edit(source.path, at, until, f"(await {line[start:end]})"),),
        safe=True,
    )


def _of_block(block: Block, trace: Trace) -> tuple[str, Fix | None]:
    if block.asynchronous:
        return "", None
    context = block.item.context
    inner = context.session if isinstance(context, (Transaction, Context)) else context
    if not isinstance(inner, Session) or not inner.asynchronous:
        return "", None
    if isinstance(context, Context) and not context.asynchronous:
        return "", None
    written = trace.source.segment(block.item.node.context_expr)
    what = (
        "a transaction of an asynchronous session"
        if isinstance(context, Transaction)
        else "an asynchronous session or connection"
    )
    return (
        f"{written} is {what}, which `with` cannot enter; write `async with {written}`",
        _async_with(trace, block),
    )


def _async_with(trace: Trace, block: Block) -> Fix | None:
    node = block.node
    if not trace.function.asynchronous or not isinstance(node, ast.With) or len(node.items) > 1:
        return None
    start = (node.lineno, trace.source.column(node) - 1)
    return Fix(
        "enter it by async with", (Edit(trace.source.path, start, start, "async "),), safe=True
    )
