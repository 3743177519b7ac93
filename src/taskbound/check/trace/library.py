"""What functions and classes of libraries give: SQLAlchemy's, asyncio's, Python's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.kinds import (
    UNKNOWN,
    ClassRef,
    Collection,
    Constant,
    Context,
    Coroutine,
    Engine,
    FunctionRef,
    Instance,
    Kind,
    Outside,
    Provided,
    Row,
    Rows,
    Session,
    SessionFactory,
    Stream,
    Task,
    TaskGroup,
    Text,
    contained,
    element,
    is_literal,
)
from taskbound.check.trace import building, names
from taskbound.check.trace.events import Call
from taskbound.check.trace.names import sqlalchemy_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.check.trace.lower import Lowering

# A number that only the run knows.
_NUMBER = Constant(...)


def given(low: Lowering, event: Call, target: Outside) -> Kind:
    """What a library's function gives."""
    known = sqlalchemy_name(target.path)
    if known:
        return _sqlalchemy(low, event, known) or Outside(f"{target.path}()")
    step = _FUNCTIONS.get(target.path)
    if step is not None:
        return step(low, event)
    if event.name in names.DEPENDS:
        return Provided(event.args[0] if event.args else UNKNOWN, event)
    handed = any(isinstance(kind, Session) for kind in (*event.args, *event.keywords.values()))
    return Outside(f"{target.path}()", event if handed else None)


def flag(event: Call, name: str, otherwise: bool | None) -> bool | None:
    """A boolean keyword of a call: as written, `otherwise` where it is not given, None where it can't be
    read.
    """
    kind = event.keywords.get(name)
    if kind is None:
        return None if event.double_starred else otherwise
    return kind.value if isinstance(kind, Constant) and isinstance(kind.value, bool) else None


def with_options(event: Call, kind: Kind) -> Kind:
    """A session made by its class, with the options of that call."""
    if isinstance(kind, (Session, SessionFactory)):
        kind.expiring = flag(event, "expire_on_commit", True)
    if isinstance(kind, Session):
        kind.bind = event.argument(0, "bind") or UNKNOWN
    return kind


def _sqlalchemy(low: Lowering, event: Call, name: str) -> Kind | None:
    if name in names.MAKERS_OF_ENGINES:
        return _engine(low, event, asynchronous=names.MAKERS_OF_ENGINES[name])
    if name in names.FACTORIES:
        return _factory(low, event, asynchronous=names.FACTORIES[name])
    if name in ("async_scoped_session", "scoped_session"):
        return _scoped(low, event, asynchronous=name.startswith("async"))
    if name in ("AsyncSession", "Session"):
        session = Session(
            how="opened", node=event.node, source=low.source, asynchronous=name != "Session"
        )
        return with_options(event, session)
    if name in names.OPTIONS:
        return building.option(event, name)
    return building.statement(low, event, name)


def _engine(low: Lowering, event: Call, *, asynchronous: bool) -> Engine:
    url = event.argument(0, "url")
    written = url.value if isinstance(url, Constant) and isinstance(url.value, str) else None
    if isinstance(url, Text) and url.parts and isinstance(url.parts[0], Constant):
        written = str(url.parts[0].value)
    return Engine(asynchronous=asynchronous, node=event.node, source=low.source, url=written)


def _factory(low: Lowering, event: Call, *, asynchronous: bool) -> SessionFactory:
    made = event.keywords.get("class_")
    if isinstance(made, Outside) and sqlalchemy_name(made.path) == "AsyncSession":
        asynchronous = True
    elif isinstance(made, ClassRef):
        asynchronous = asynchronous or low.world.project.subclass(made.cls, "AsyncSession")
    return SessionFactory(
        asynchronous=asynchronous, expiring=flag(event, "expire_on_commit", True), node=event.node,
        source=low.source, engine=event.argument(0, "bind"),
    )  # fmt: skip


def _scoped(low: Lowering, event: Call, *, asynchronous: bool) -> Session:
    factory = event.argument(0, "session_factory")
    expiring = factory.expiring if isinstance(factory, SessionFactory) else None
    asynchronous = asynchronous or (isinstance(factory, SessionFactory) and factory.asynchronous)
    return Session(
        how="opened", node=event.node, source=low.source, asynchronous=asynchronous, expiring=expiring,
        scoped=True,
        factory=factory,
    )  # fmt: skip


def _gather(low: Lowering, event: Call) -> Kind:
    items = [(_awaited(kind), False) for kind in event.args]
    for kind in event.starred:
        items.extend((_awaited(item), many) for item, many in contained(kind))
    return Coroutine(event, Collection(items, None, event.node))


def _awaited(kind: Kind) -> Kind:
    while isinstance(kind, (Coroutine, Task)):
        kind = kind.result if isinstance(kind, Coroutine) else kind.of
    return kind


def _first(event: Call) -> Kind:
    return event.args[0] if event.args else UNKNOWN


def task(low: Lowering, event: Call) -> Kind:
    """A task of the coroutine that is passed."""
    return Task(event.argument(0, "coro") or UNKNOWN, event)


def _waited(low: Lowering, event: Call) -> Kind:
    return Coroutine(event, _awaited(_first(event)))


def _run(low: Lowering, event: Call) -> Kind:
    return _awaited(_first(event))


def _same(low: Lowering, event: Call) -> Kind:
    return _first(event)


def _copied(low: Lowering, event: Call) -> Kind:
    kind = _first(event)
    if isinstance(kind, Collection):
        copy = Collection(
            list(kind.items), dict(kind.keyed) if kind.keyed is not None else None, event.node
        )
        low.depths[id(copy)] = low.loops
        return copy
    if isinstance(kind, Rows):
        return kind
    of = element(kind)
    if of is UNKNOWN:
        empty = Collection([], None, event.node)
        low.depths[id(empty)] = low.loops
        return empty if not event.args else UNKNOWN
    return Rows(of)


def _range(low: Lowering, event: Call) -> Kind:
    return Collection([(_NUMBER, True)], None, event.node)


def _enumerated(low: Lowering, event: Call) -> Kind:
    first = _first(event)
    row = Row((_NUMBER, element(first)))
    return Collection([(row, not is_literal(first))], None, event.node)


def _zipped(low: Lowering, event: Call) -> Kind:
    row = Row(tuple(element(kind) for kind in event.args))
    many = not any(is_literal(kind) for kind in event.args)
    return Collection([(row, many)], None, event.node)


def _group(low: Lowering, event: Call) -> Kind:
    return TaskGroup(event.node)


def _cast(low: Lowering, event: Call) -> Kind:
    return event.args[1] if len(event.args) > 1 else UNKNOWN


def _next(low: Lowering, event: Call) -> Kind:
    kind = _first(event)
    given_once = element(kind)
    return (
        Coroutine(event, given_once)
        if isinstance(kind, Stream) and kind.asynchronous
        else given_once
    )


def _partial(low: Lowering, event: Call) -> Kind:
    target = _first(event)
    if isinstance(target, FunctionRef):
        return FunctionRef(
            target.function, target.bound, target.scope, (tuple(event.args[1:]), event.keywords)
        )
    return UNKNOWN


def _mapped(low: Lowering, event: Call) -> Kind:
    """`map(load, ids)`: one call of `load` for each."""
    target = _first(event)
    if not isinstance(target, FunctionRef):
        return UNKNOWN
    from taskbound.check.trace.calls import given as given_by

    inner = Call(
        event.node, target, target.function.name, [element(kind) for kind in event.args[1:]], {}, []
    )
    inner.result = given_by(low, inner)
    low.emit(inner)
    return Collection([(inner.result, True)], None, event.node)


def _closing(low: Lowering, event: Call) -> Kind:
    kind = _first(event)
    if isinstance(kind, Session):
        return Context(kind, asynchronous=True, session=kind, closes=True)
    return kind if isinstance(kind, (Stream, Instance)) else UNKNOWN


def _null(low: Lowering, event: Call) -> Kind:
    kind = _first(event)
    return Context(kind, asynchronous=True, session=kind if isinstance(kind, Session) else None)


_FUNCTIONS: dict[str, Callable[[Lowering, Call], Kind]] = {
    "asyncio.gather": _gather, "asyncio.create_task": task, "asyncio.ensure_future": task,
    "asyncio.wait_for": _waited,
    "asyncio.shield": _waited, "asyncio.run": _run, "asyncio.TaskGroup": _group,
    "anyio.create_task_group": _group,
    "asyncio.get_event_loop().create_task": task, "asyncio.get_running_loop().create_task": task,
    "asyncio.get_event_loop().run_until_complete": _run, "asyncio.new_event_loop().run_until_complete": _run,
    "builtins.list": _copied, "builtins.tuple": _copied, "builtins.set": _copied, "builtins.sorted": _copied,
    "builtins.reversed": _copied, "builtins.iter": _same, "builtins.enumerate": _enumerated,
    "builtins.range": _range,
    "builtins.zip": _zipped,
    "builtins.next": _next, "builtins.anext": _next, "builtins.map": _mapped, "typing.cast": _cast,
    "functools.partial": _partial, "contextlib.aclosing": _closing, "contextlib.closing": _closing,
    "contextlib.nullcontext": _null, "copy.copy": _same,
}  # fmt: skip
