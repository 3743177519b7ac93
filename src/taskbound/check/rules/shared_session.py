"""One session in several children that run at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.kinds import (
    Collection,
    Coroutine,
    FunctionRef,
    Kind,
    MethodRef,
    Session,
    Task,
    TaskGroup,
    contained,
)
from taskbound.check.rules.rule import Rule
from taskbound.check.summary.facts import Does
from taskbound.check.trace.events import Await, Call, Loop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding, Step
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event, Structure
    from taskbound.check.trace.trace import Trace

_AT_ONCE = (
    "asyncio.gather",
    "asyncio.wait",
    "asyncio.as_completed",
    "anyio.gather",
    "aiometer.run_all",
)
_WORKS = (Does.EXECUTES, Does.FLUSHES, Does.COMMITS)
_TASKS = ("asyncio.create_task", "asyncio.ensure_future")


class Child:
    """Something that runs beside others; `many` where it is started in a loop."""

    __slots__ = ("call", "kind", "many")

    def __init__(self, kind: Kind, call: Call | None, *, many: bool) -> None:
        self.kind: Kind = kind
        self.call: Call | None = call
        self.many: bool = many


class _Running:
    """A task that was made and not awaited yet, with the sessions that it works with."""

    __slots__ = ("around", "call", "task", "users")

    def __init__(
        self,
        call: Call,
        task: Task,
        around: tuple[Structure, ...],
        users: dict[Session, Fact],
    ) -> None:
        self.call = call
        self.task = task
        self.around = around
        self.users = {
            session: fact
            for session, fact in users.items()
            if fact.does in _WORKS and not (session.scoped or fact.locked)
        }

    def meets(self, fact: Fact, around: tuple[Structure, ...]) -> bool:
        """Is it the same session, on a path that has come by the task?"""
        same_path = around[: len(self.around)] == self.around
        return same_path and fact.does in _WORKS and fact.certain and fact.session in self.users


class SharedSession(Rule):
    """Two children of gather(), of a TaskGroup, or tasks of a loop, that use one session."""

    code = "TB101"
    name = "shared-session"
    confidence = Confidence.HIGH
    summary = "A session is used by several tasks at once"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        groups: dict[int, tuple[str, list[Child]]] = {}
        gathered: set[int] = set()
        tasks: list[tuple[Call, Child]] = []
        for event, around in trace.places(Call):
            if event.is_(*_AT_ONCE):
                children = list(_gathered(event))
                gathered.update(id(child.kind) for child in children)
                yield from self._shared(event, f"{event.name}()", children, trace, program)
            elif event.on(TaskGroup, "create_task", "start_soon"):
                started = groups.setdefault(id(event.receiver), ("the task group", []))
                started[1].append(_started(event, around))
                yield from self._last_of(event, started, trace, program)
            elif event.is_(*_TASKS) and isinstance(event.result, Task) and _in_loop(around, event):
                tasks.append((event, Child(event.result, event, many=True)))
        yield from self._beside(trace, program)
        for event, child in tasks:
            if id(child.kind) not in gathered and not _awaited_at_once(trace, child.kind):
                yield from self._shared(event, "the tasks of this loop", [child], trace, program)

    def _beside(self, trace: Trace, program: Program) -> Iterator[Finding]:
        """A session that a task and the one that made it use at once."""
        if not any(call.is_(*_TASKS) for call in trace.of(Call)):
            return
        running: list[_Running] = []
        for event, around in trace.walk():
            running = [one for one in running if not _is_passed(event, one.task)]
            for fact in program.done(event, trace.source) if running else ():
                beside = next((one for one in running if one.meets(fact, around)), None)
                if beside is not None and fact.session is not None:
                    yield self._met(event, fact.session, beside, trace)
                    running = []
                    break
            if isinstance(event, Call) and event.is_(*_TASKS) and isinstance(event.result, Task):
                users = program.uses(event.result, trace.source)
                running.append(_Running(event, event.result, around, users))

    def _met(self, event: Event, session: Session, beside: _Running, trace: Trace) -> Finding:
        return self.finding(
            trace.source,
            event.node,
            f"`{session.name}` is used here while the task of {_called(beside.task)}() works "
            "with it: one transaction on one connection is not for two tasks; "
            "await the task first, or open a session in it: async with sessions() as session",
            flow=(
                trace.source.step(beside.call.node, "the task starts here"),
                *beside.users[session].steps,
            ),
            confidence=Confidence.HIGH if beside.users[session].certain else Confidence.MEDIUM,
        )

    def _last_of(
        self, event: Call, started: tuple[str, list[Child]], trace: Trace, program: Program
    ) -> Iterator[Finding]:
        """A group's finding stands at the child that makes the session a shared one."""
        said, children = started
        if any(True for _ in self._shared(event, said, children[:-1], trace, program)):
            return  # was told at an earlier child
        yield from self._shared(event, said, children, trace, program)

    def _shared(
        self, event: Call, said: str, children: list[Child], trace: Trace, program: Program
    ) -> Iterator[Finding]:
        users: dict[Session, list[tuple[Child, Fact]]] = {}
        for child in children:
            for session, fact in program.uses(child.kind, trace.source).items():
                if not (session.scoped or fact.locked):
                    users.setdefault(session, []).append((child, fact))
        for session, found in users.items():
            if _overlap(session, found, trace):
                yield self._found(event, said, session, found, trace)

    def _found(
        self,
        event: Call,
        said: str,
        session: Session,
        found: list[tuple[Child, Fact]],
        trace: Trace,
    ) -> Finding:
        names = list(dict.fromkeys(_called(child.kind) for child, _ in found))
        who = " and ".join(f"{name}()" for name in names[:3] if name) or "its children"
        message = (
            f"`{session.name}` is used by several children of {said} at once, in {who}: "
            "one transaction on one connection is not for two tasks; "
            "open a session in each child: async with sessions() as session"
        )
        flow: list[Step] = [session.source.step(session.node, f"{_origin(session)}")]
        for _, fact in found[:2]:
            flow.extend(fact.steps)
        flow.append(trace.source.step(event.node, "the children run at once here"))
        seen = sum(fact.does is not Does.HANDED for _, fact in found)
        enough = seen > 1 or (seen == 1 and len(found) == 1)
        return self.finding(
            trace.source, event.node, message, flow=flow,
            confidence=Confidence.HIGH if enough else Confidence.MEDIUM,
        )  # fmt: skip


def _is_passed(event: Event, task: Task) -> bool:
    """Is the task awaited here, or given to what may await it?"""
    if isinstance(event, Await):
        return event.kind is task
    if not isinstance(event, Call):
        return False
    return any(
        kind is task
        or (isinstance(kind, Collection) and any(one is task for one, _ in contained(kind)))
        for kind in (*event.args, *event.starred, *event.keywords.values())
    )


def _gathered(event: Call) -> Iterator[Child]:
    kinds = event.args if event.name == "gather" else event.args[:1]
    for kind in kinds:
        if isinstance(kind, Collection):
            yield from (Child(item, event, many=many) for item, many in contained(kind))
        else:
            yield Child(kind, event, many=False)
    for kind in event.starred:
        yield from (Child(item, event, many=many) for item, many in contained(kind))


def _started(event: Call, around: tuple[Structure, ...]) -> Child:
    many = _in_loop(around, event)
    if event.name == "create_task":
        return Child(event.argument(0, "coro") or event.result, event, many=many)
    target = event.args[0] if event.args else event.result
    if isinstance(target, FunctionRef):  # start_soon(load, session, 1)
        target = FunctionRef(
            target.function, target.bound, target.scope, (tuple(event.args[1:]), {})
        )
    elif isinstance(target, MethodRef):
        inner = Call(event.node, target, target.name, event.args[1:], {}, [])
        target = Coroutine(inner, target)
    return Child(target, event, many=many)


def _in_loop(around: tuple[Structure, ...], event: Call) -> bool:
    """Is it started more than once within its group? A group that is opened in the loop has its own
    children each turn.
    """
    for structure in reversed(around):
        if isinstance(structure, Loop):
            return True
        item = getattr(structure, "item", None)
        if item is not None and item.enters is event.receiver:
            return False
    return False


def _awaited_at_once(trace: Trace, kind: Kind) -> bool:
    return any(
        getattr(event, "kind", None) is kind and type(event).__name__ == "Await"
        for event, _ in trace.walk()
    )


def _overlap(session: Session, found: list[tuple[Child, Fact]], trace: Trace) -> bool:
    if len(found) > 1:
        return not all(_renewed(session, child, trace) for child, _ in found)
    child = found[0][0]
    return child.many and not _renewed(session, child, trace)


def _renewed(session: Session, child: Child, trace: Trace) -> bool:
    """Is the session opened anew for each child: in the child's own call, or in the loop that starts it?"""
    if session.how != "opened" or session.source is not trace.source:
        return False
    kind = child.kind.of if isinstance(child.kind, Task) else child.kind
    call = kind.call if isinstance(kind, Coroutine) else child.call
    if call is not None and _within(session.node, call.node):
        return True
    return any(
        _within(session.node, structure.node)
        and call is not None
        and _within(call.node, structure.node)
        for structure, _ in trace.walk()
        if isinstance(structure, Loop)
    )


def _within(node: object, outer: object) -> bool:
    first, last = getattr(outer, "lineno", None), getattr(outer, "end_lineno", None)
    if first is None or last is None:
        return False
    begin = (getattr(node, "lineno", 0), getattr(node, "col_offset", 0))
    return (
        (first, getattr(outer, "col_offset", 0))
        <= begin
        <= (last, getattr(outer, "end_col_offset", 0))
    )


def _called(kind: Kind) -> str:
    while isinstance(kind, Task):
        kind = kind.of
    if isinstance(kind, Coroutine):
        function = kind.call.function
        return function.spoken if function is not None else str(kind.call.name)
    return kind.function.spoken if isinstance(kind, FunctionRef) else ""


def _origin(session: Session) -> str:
    if session.how == "opened":
        return f"`{session.name}` is opened here"
    return (
        f"`{session.name}` comes in here"
        if session.how == "parameter"
        else f"`{session.name}` is kept here"
    )
