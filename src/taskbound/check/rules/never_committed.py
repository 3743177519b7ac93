"""What is written and not committed is rolled back when the session is closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.finding import Confidence
from taskbound.check.index.facts import last_name
from taskbound.check.kinds import (
    Context,
    Entity,
    FunctionRef,
    MethodRef,
    Outside,
    Session,
    SessionFactory,
    TaskGroup,
    sessions_in,
)
from taskbound.check.rules.rule import ROUTES, Rule
from taskbound.check.summary.effects import METHODS
from taskbound.check.summary.facts import Does
from taskbound.check.trace.binding import bound_arguments
from taskbound.check.trace.events import AttributeWrite, Block, Call, Return, Yield
from taskbound.check.trace.trace import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.finding import Finding
    from taskbound.check.kinds import Kind
    from taskbound.check.summary.facts import Fact
    from taskbound.check.summary.program import Program
    from taskbound.check.trace.events import Event, Item, Structure
    from taskbound.check.trace.trace import Trace

_WRITES = (Does.CHANGES, Does.WRITES)
_ENDS = (Does.COMMITS, Does.ROLLS_BACK)
_DEEPEST = 3
_Events = list["tuple[Event, tuple[Structure, ...]]"]


class NeverCommitted(Rule):
    """Told of a session that a block opens which does not commit, or that such a dependency gives."""

    code = "TB301"
    name = "never-committed"
    confidence = Confidence.HIGH
    summary = "A write that nobody commits"

    def check(self, trace: Trace, program: Program) -> Iterator[Finding]:
        if not trace.function.asynchronous:
            return
        for event in trace.of(Block):
            session = event.item.session if _opens(event) else None
            if session is not None and not _may_commit(event.item, program):
                yield from self._lost(session, [*walk(event.body)], trace, program)
        if any(last_name(decorator) in ROUTES for decorator in trace.function.decorators):
            for kind in trace.parameters.values():
                if isinstance(kind, Session) and _is_closed_only(kind, program):
                    yield from self._lost(kind, [*trace.walk()], trace, program)

    def _lost(
        self, session: Session, events: _Events, trace: Trace, program: Program
    ) -> Iterator[Finding]:
        first: Event | None = None
        for event, _ in events:
            if _is_unknown_use(event, session) or _ends(event, session):
                return
            for fact in program.done(event, trace.source):
                if fact.session is not session:
                    continue
                if fact.does in _ENDS:
                    return
                # What a callee writes behind a condition may be there already.
                if (
                    fact.does in _WRITES
                    and first is None
                    and fact.certain
                    and _is_write(event, fact, program)
                ):
                    first = event
        if first is not None and not any(
            isinstance(event, Call) and _may_end_below(event, session, program)
            for event, _ in events
        ):
            yield self.finding(
                trace.source,
                first.node,
                f"what `{session.name}` writes here is rolled back when it is closed, since "
                "nothing commits it; open it by async with sessions.begin(), or await commit() "
                "at the end",
                flow=(session.source.step(session.node, "the session is opened here"),),
            )


def _ends(event: Event, session: Session) -> bool:
    """A commit without its await is told by another rule."""
    return (
        isinstance(event, Call)
        and event.name in ("commit", "rollback")
        and event.receiver is session
    )


def _opens(block: Block) -> bool:
    item = block.item
    session = item.session
    return (
        session is not None and item.opens and not item.commits and not item.begins and session.asynchronous
        and not session.connection and not session.scoped
    )  # fmt: skip


def _may_commit(item: Item, program: Program) -> bool:
    """Is what the end of the block does not known: a callable's, or a context manager that enters one?"""
    context, factory = item.context, item.session.factory if item.session is not None else None
    if isinstance(factory, SessionFactory) and factory.callable:
        return True
    if not isinstance(context, Context) or context.function is None:
        return False
    return any(
        isinstance(block, Block)
        and block.item.session is None
        and not _is_known(block.item.context)
        for event, around in program.trace(context.function).walk()
        if isinstance(event, Yield)
        for block in around
    )


def _is_known(context: Kind) -> bool:
    """A library's lock, span or client commits nothing."""
    return isinstance(context, (Outside, TaskGroup))


def _is_closed_only(session: Session, program: Program) -> bool:
    """Does its dependency close it, and do no more?"""
    provider = session.provider
    if provider is None or not session.asynchronous or session.connection:
        return False
    facts = program.summary(provider)
    trace = program.trace(provider)
    if not trace.yields or not any(
        isinstance(event, Block) and _opens(event) for event, _ in trace.walk()
    ):
        return False
    return not any(True for _ in facts.of(Does.COMMITS)) and not any(
        isinstance(event, Block) and event.item.commits for event, _ in trace.walk()
    )


def _is_unknown_use(event: Event, session: Session) -> bool:
    """May something that is not seen commit: a library or an unknown function that is given the session?"""
    if isinstance(event, (Yield, Return)):
        return any(one is session for one in sessions_in(event.kind))
    if not isinstance(event, Call) or isinstance(event.target, (MethodRef, FunctionRef)):
        return False
    if event.cls is not None or (
        isinstance(event.target, Outside) and event.target.name.startswith("asyncio.")
    ):
        return False
    return any(
        one is session
        for kind in [*event.args, *event.starred, *event.keywords.values()]
        for one in sessions_in(kind)
    )


def _may_end_below(call: Call, session: Session, program: Program, depth: int = 0) -> bool:
    """Does the session go on to a function that does not say what it takes, and so may commit it?"""
    function = call.function
    if function is None or depth > _DEEPEST:
        return False
    trace = program.trace(function)
    values = bound_arguments(function, call, getattr(call.target, "bound", None))
    for name in [name for name, kind in values.items() if kind is session]:
        taken = trace.parameters.get(name)
        if not isinstance(taken, Session):
            return True
        if any(_may_end_below(inner, taken, program, depth + 1) for inner in trace.of(Call)):
            return True
    return False


def _is_write(event: Event, fact: Fact, program: Program) -> bool:
    """An attribute that a callee sets may be none of a column, and be meant for whoever reads it next."""
    if not isinstance(event, AttributeWrite) or not isinstance(event.owner, Entity):
        return fact.does is Does.WRITES or fact.name in METHODS
    mapped = program.project.mapped(event.owner.cls)
    return mapped is not None and event.name in mapped.columns
