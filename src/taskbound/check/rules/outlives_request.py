"""A session in what goes on after its request or its block."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import (
    Collection,
    FunctionRef,
    MethodRef,
    Outside,
    Session,
    Stream,
    Task,
    contained,
    sessions_in,
)
from taskbound.check.rules.rule import ROUTES, Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import AttributeWrite, Await, Block, Call, Return

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from taskbound.check.finding import Finding
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Structure
    from taskbound.check.trace.trace import Trace

_STREAMS = frozenset(("StreamingResponse", "EventSourceResponse", "Stream", "ServerSentEvent"))
# What is done to a task that is only kept.
_KEEPS = frozenset(("add", "append", "add_done_callback", "discard"))


class OutlivesRequest(Rule):
    """BackgroundTasks.add_task(), create_task() that nobody awaits, and StreamingResponse()."""

    code = "TB716"
    name = "outlives-request"
    confidence = Confidence.HIGH
    summary = "A session is handed to what outlives its request"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        for event, around in trace.places(Call):
            if (
                event.name == "add_task"
                and isinstance(event.target, Outside)
                and "BackgroundTasks" in event.target.path
            ):
                yield from self._later(
                    trace,
                    event,
                    _given(event, trace, program),
                    "the background task",
                    "runs after the response",
                )
            elif event.name in _STREAMS and event.args and isinstance(event.args[0], Stream):
                users = program.uses(event.args[0], trace.source)
                yield from self._later(
                    trace, event, users, "the stream", "runs after the handler has returned"
                )
            elif event.is_("asyncio.create_task", "asyncio.ensure_future") and isinstance(
                event.result, Task
            ):
                yield from self._task(trace, event, around, program)

    def _task(
        self, trace: Trace, event: Call, around: tuple[Structure, ...], program: Program
    ) -> Iterator[Finding]:
        task = event.result
        if not isinstance(task, Task) or _is_awaited(task, trace):
            return
        used = {
            session: fact
            for session, fact in program.uses(task, trace.source).items()
            if _ends(session, around, trace)
        }
        yield from self._later(
            trace, event, used, "the task", "goes on when the session's block has ended"
        )

    def _later(
        self, trace: Trace, event: Call, used: Mapping[Session, Fact | None], what: str, when: str
    ) -> Iterator[Finding]:
        for session, fact in used.items():
            if not session.asynchronous or session.scoped:
                continue
            yield self.finding(
                trace.source,
                event.node,
                f"`{session.name}` goes into {what}, which {when}, on a session that is closed "
                "then or in another task; give it the values or keys that it needs, and let it "
                "open a session of its own",
                flow=(
                    session.source.step(session.node, f"`{session.name}` comes from here"),
                    *(fact.steps if fact is not None else ()),
                ),
                confidence=Confidence.MEDIUM
                if fact is not None and fact.does is Does.HANDED
                else Confidence.HIGH,
            )
            return


def _given(event: Call, trace: Trace, program: Program) -> dict[Session, Fact | None]:
    """The sessions of a background task: among its arguments, on its object, or in what it closes over."""
    found: dict[Session, Fact | None] = {}
    for kind in [*event.args, *event.keywords.values()]:
        inner: Kind = kind.receiver if isinstance(kind, MethodRef) else kind
        for session in sessions_in(inner):
            found.setdefault(session, None)
        if isinstance(kind, FunctionRef):
            for session, fact in program.uses(kind, trace.source).items():
                if _is_from_outside(session, kind):
                    found.setdefault(session, fact)
    return found


def _is_from_outside(session: Session, function: FunctionRef) -> bool:
    """Not a parameter of the function itself, which add_task() fills."""
    return session.owner is not function.function


def _is_awaited(task: Task, trace: Trace) -> bool:
    for one in (trace, *trace.nested):
        for event, _ in one.walk():
            if isinstance(event, Await) and event.kind is task:
                return True
            if isinstance(event, (Return, AttributeWrite)) and (
                event.kind is task or _holds(event.kind, task)
            ):
                return True
            if (
                isinstance(event, Call)
                and event.name not in _KEEPS
                and event.node is not task.call.node
                and any(
                    kind is task or _holds(kind, task)
                    for kind in [*event.args, *event.starred, *event.keywords.values()]
                )
            ):
                return True
    return False


def _holds(kind: Kind | None, task: Task) -> bool:
    return isinstance(kind, Collection) and any(item is task for item, _ in contained(kind))


def _ends(session: Session, around: tuple[Structure, ...], trace: Trace) -> bool:
    """Does the session end before the task may: a block's around the call, or a request's?"""
    if session.provider is not None:
        return True
    handler = any(last_name(decorator) in ROUTES for decorator in trace.function.decorators)
    if handler and session in trace.parameters.values():
        return True
    return any(
        isinstance(structure, Block) and structure.item.session is session for structure in around
    )
