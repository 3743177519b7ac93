"""What the items of a `with` give, and what their end does to a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    UNKNOWN,
    Context,
    Coroutine,
    FunctionRef,
    Instance,
    Kind,
    MethodRef,
    Outside,
    Session,
    TaskGroup,
    Transaction,
    sessions_in,
)
from taskbound.check.trace.binding import Substitution, at_path
from taskbound.check.trace.events import Block, Call, Item, Yield

if TYPE_CHECKING:
    import ast

    from taskbound.check.index.facts import FunctionFacts
    from taskbound.check.trace.lower import Lowering
    from taskbound.check.trace.trace import Trace
    from taskbound.check.trace.world import World

_DEEPEST = 4


def entered(low: Lowering, node: ast.withitem, context: Kind) -> Item:
    """The item with what it binds and what its end does."""
    if isinstance(context, Coroutine):
        context = context.result  # `async with await engine.connect()`, or a wrong `async with`
    item = Item(node, context, UNKNOWN)
    enter = _ENTER.get(type(context))
    if enter is not None:
        enter(low, item, context)
    return item


def _session(low: Lowering, item: Item, session: Kind) -> None:
    assert isinstance(session, Session)  # noqa: S101 - the table's key
    item.enters = item.session = session
    item.closes = True
    item.opens = session.how == "opened"


def _context(low: Lowering, item: Item, context: Kind) -> None:
    assert isinstance(context, Context)  # noqa: S101 - the table's key
    item.enters = context.enters
    item.session = context.session
    item.commits, item.rolls_back, item.closes = context.commits, context.rolls_back, context.closes
    item.begins = context.commits
    session = context.session
    item.opens = session is not None and session.how == "opened"
    item.connects = session is not None and session.connection and session.how != "either"


def _transaction(low: Lowering, item: Item, transaction: Kind) -> None:
    assert isinstance(transaction, Transaction)  # noqa: S101 - the table's key
    item.enters, item.session = transaction, transaction.session
    item.begins = True
    item.nested = transaction.nested
    item.commits = not transaction.nested


def _instance(low: Lowering, item: Item, instance: Kind) -> None:
    """A unit of work: a project's class with `__aenter__` and `__aexit__`."""
    assert isinstance(instance, Instance)  # noqa: S101 - the table's key
    world = low.world
    enter = _method(world, instance, "__aenter__", "__enter__")
    leave = _method(world, instance, "__aexit__", "__exit__")
    item.enters = instance if enter is None else _entered_by(low, item, enter, instance)
    session = next(iter(_sessions(world, item.enters, instance)), None)
    item.session = session
    if session is None or leave is None:
        return
    item.commits, item.rolls_back, item.closes = ended(world, leave, session, instance)
    item.opens = not _is_given(world, session, instance)


def _is_given(world: World, session: Session, instance: Instance) -> bool:
    """Is it the one that the object was made with? A unit of work on it opens none."""
    return any(
        isinstance(kind, Session)
        and kind.how == "parameter"
        and session in (kind, instance.fields.get(name))
        for name, kind in world.shape(instance.cls).raw.items()
    )


def _entered_by(low: Lowering, item: Item, enter: FunctionFacts, instance: Instance) -> Kind:
    kind = low.world.returned(enter)
    values: dict[str, Kind] = {"self": instance}
    kind = Substitution(enter, values, item.node.context_expr, low.source, low.world).of(kind)
    return (
        instance
        if kind is UNKNOWN or (isinstance(kind, Instance) and kind.cls is instance.cls)
        else kind
    )


def _sessions(world: World, entered_kind: Kind, instance: Instance) -> list[Session]:
    found = list(sessions_in(entered_kind))
    if not found:
        for name in ("session", "_session", "db", "_db", "async_session", "conn", "connection"):
            known = instance.fields.get(name) or world.shape(instance.cls).found(name, world)
            found.extend(sessions_in(known))
    return found


def _method(world: World, instance: Instance, *names: str) -> FunctionFacts | None:
    return next(
        (found for name in names if (found := world.project.method(instance.cls, name))), None
    )


def ended(
    world: World, leave: FunctionFacts, session: Session, receiver: Kind, depth: int = 0
) -> tuple[bool, bool, bool]:
    """Does a method commit, roll back, close this session of its `self`, itself or through others?"""
    commits = rolls_back = closes = False
    for call in world.trace(leave).of(Call):
        if call.name in ("__aexit__", "__exit__") and not call.on(Session):
            # The block of a transaction that was begun elsewhere, which may commit.
            commits = True
        if isinstance(call.target, MethodRef):
            if _is_same(call.target.receiver, session, receiver, world):
                commits |= call.name == "commit"
                rolls_back |= call.name == "rollback"
                closes |= call.name in ("close", "aclose", "__aexit__")
        elif (
            isinstance(call.target, FunctionRef) and call.function is not leave and depth < _DEEPEST
        ):
            inner = ended(world, call.target.function, session, receiver, depth + 1)
            commits, rolls_back, closes = (
                commits | inner[0],
                rolls_back | inner[1],
                closes | inner[2],
            )
    return commits, rolls_back, closes


def _is_same(found: Kind, session: Session, receiver: Kind, world: World) -> bool:
    if isinstance(found, Transaction):
        found = found.session
    if not isinstance(found, Session):
        return False
    # A unit of work holds one session; where its path leads nowhere, it is the one.
    seen = None if found.path is None else at_path({"self": receiver}, found.path, world)
    return found is session or seen is session or not isinstance(seen, Session)


def exit_of(
    world: World, function: FunctionFacts, trace: Trace, session: Session | None
) -> tuple[bool, bool, bool]:
    """What a @contextmanager does to the session it yields, after its `yield` and by the blocks around
    that.
    """
    commits = rolls_back = closes = False
    yielded = False
    for event, around in trace.walk():
        if isinstance(event, Yield):
            yielded = True
            for block in around:
                if isinstance(block, Block) and _holds(block, event):
                    commits |= block.item.commits
                    closes |= block.item.closes
                    rolls_back |= block.item.rolls_back
        elif yielded and isinstance(event, Call):
            done = _done_by(world, event, session)
            commits, rolls_back, closes = commits | done[0], rolls_back | done[1], closes | done[2]
    return commits, rolls_back, closes


def _holds(block: Block, event: Yield) -> bool:
    session = block.item.session
    if session is None:
        return False
    held = list(sessions_in(event.kind))
    return not held or any(one is session for one in held)


def _done_by(world: World, call: Call, session: Session | None) -> tuple[bool, bool, bool]:
    if isinstance(call.target, MethodRef):
        on = call.target.receiver
        on = on.session if isinstance(on, Transaction) else on
        if isinstance(on, Session) and (session is None or on is session):
            return call.name == "commit", call.name == "rollback", call.name in ("close", "aclose")
        return False, False, False
    if isinstance(call.target, FunctionRef) and isinstance(call.target.bound, Instance):
        held = next(iter(sessions_in(call.target.bound)), session)
        if held is not None:
            return ended(world, call.target.function, held, call.target.bound, 2)
    return False, False, False


def _group(low: Lowering, item: Item, group: Kind) -> None:
    item.enters = group


def _outside(low: Lowering, item: Item, context: Kind) -> None:
    assert isinstance(context, Outside)  # noqa: S101 - the table's key
    item.enters = context  # clients give themselves, most others something of theirs


_ENTER = {
    Session: _session, Context: _context, Transaction: _transaction, Instance: _instance, TaskGroup: _group,
    Outside: _outside,
}  # fmt: skip
