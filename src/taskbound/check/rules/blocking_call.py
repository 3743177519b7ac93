"""A call that blocks stops every task of the event loop until it returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Call

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.trace import Trace

_INSTEAD = {
    "time": "await asyncio.sleep(...)",
    "requests": "httpx.AsyncClient",
    "httpx": "httpx.AsyncClient",
    "subprocess": "asyncio.create_subprocess_exec(...)",
}
# What makes a second task.
_BESIDE = (
    "gather(",
    "create_task(",
    "TaskGroup",
    "task_group",
    "ensure_future(",
    "as_completed(",
    "wait(",
)
# Steps of a flow: the calls on the way, and the one that blocks.
_NEXT, _FARTHEST = 2, 4


class BlockingCall(Rule):
    """Calls of libraries that are known to block, in an `async def` or in what it calls directly."""

    code = "TB702"
    name = "blocking-call"
    confidence = Confidence.HIGH
    summary = "A blocking call in asynchronous code"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.function.asynchronous:
            return
        alone = _runs_alone(trace, program)
        for call in trace.of(Call):
            if call.function is not None and call.function.asynchronous:
                continue  # it is told of in itself
            look = program.done_by if call.deferred else program.done
            for fact in look(call, trace.source):
                confidence = _confidence(call, fact)
                if confidence is None:
                    continue
                if alone:
                    confidence = Confidence.MEDIUM
                root = fact.name.partition(".")[0]
                instead = f"use {_INSTEAD[root]}, or" if root in _INSTEAD else "use"
                within = f" in {call.function.spoken}()" if call.function is not None else ""
                yield self.finding(
                    trace.source,
                    call.node,
                    f"{fact.name}(){within} blocks the event loop, and with it every task and the "
                    f"connections that they hold; {instead} a thread: await asyncio.to_thread(...)",
                    flow=fact.steps if call.function is not None else (),
                    confidence=confidence,
                )
                break


def _runs_alone(trace: Trace, program: Program) -> bool:
    """A script's only task keeps nobody waiting. What a library calls, a handler, is not told by its text."""
    text, function = trace.source.text, trace.function
    if "asyncio.run(" not in text or any(word in text for word in _BESIDE):
        return False
    return f"asyncio.run({function.name}(" in text or bool(program.calls_of(function))


def _confidence(call: Call, fact: Fact) -> Confidence | None:
    """A coroutine is told of in itself, at its own line. What is far below, or behind a condition, may
    never run.
    """
    if fact.does is not Does.BLOCKS:
        return None
    if call.function is None:
        return Confidence.HIGH
    if call.function.asynchronous:
        return None
    if fact.certain:
        return Confidence.HIGH if len(fact.steps) <= _FARTHEST else None
    pause = fact.name == "time.sleep"  # between two tries, most of them
    return Confidence.MEDIUM if len(fact.steps) <= _NEXT and not pause else None
