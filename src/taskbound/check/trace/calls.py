"""What a call calls, with what, and what it gives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.facts import FunctionFacts
from taskbound.check.kinds import (
    NONE,
    NOT_KNOWN,
    UNKNOWN,
    ClassRef,
    Collection,
    Constant,
    Context,
    Coroutine,
    Entity,
    FunctionRef,
    Instance,
    Kind,
    MethodRef,
    Outside,
    Session,
    SessionFactory,
    Stream,
    sessions_in,
)
from taskbound.check.trace import library, methods
from taskbound.check.trace.annotations import Home, of_class, says_little
from taskbound.check.trace.attributes import attribute
from taskbound.check.trace.binding import Substitution, at_path, bound_arguments
from taskbound.check.trace.entering import exit_of
from taskbound.check.trace.events import Branch, Call, Yield

if TYPE_CHECKING:
    from taskbound.check.index.facts import ClassFacts
    from taskbound.check.trace.lower import Lowering
    from taskbound.check.trace.trace import Trace

_CONTEXTS = ("asynccontextmanager", "contextmanager")
# Bases of Python's own that leave `__init__` to those behind them.
_WITHOUT_INIT = ("abc.", "builtins.object", "collections.abc.", "contextlib.", "typing.")


def call(low: Lowering, node: ast.Call) -> Call:
    """Lower a call: callee, arguments, then the call itself."""
    target, name = _target(low, node.func)
    args: list[Kind] = []
    starred: list[Kind] = []
    for argument in node.args:
        kind = low.evaluate(argument)
        (starred if isinstance(argument, ast.Starred) else args).append(kind)
    event = Call(node, target, name, args, {}, starred)
    for keyword in node.keywords:
        _keyword(event, keyword.arg, low.evaluate(keyword.value))
    low.emit(event)
    event.result = given(low, event)
    return event


def _keyword(event: Call, name: str | None, kind: Kind) -> None:
    if name is not None:
        event.keywords[name] = kind
    elif isinstance(kind, Collection) and kind.keyed is not None and not kind.items:
        event.keywords.update({str(key): value for key, value in kind.keyed.items()})
    else:
        event.double_starred = True


def _target(low: Lowering, node: ast.expr) -> tuple[Kind, str]:
    if not isinstance(node, ast.Attribute):
        return low.evaluate(node), getattr(node, "id", "")
    if (
        isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
    ):
        return _of_super(low, node.attr), node.attr
    owner = low.evaluate(node.value)
    return attribute(low.world, owner, node.attr, node, low.source), node.attr


def _of_super(low: Lowering, name: str) -> Kind:
    function = low.trace.function
    while function.owner is None and function.parent is not None:
        function = function.parent
    cls = function.owner
    if cls is None:
        return UNKNOWN
    me = low.look_up(function.parameters[0].name) if function.parameters else UNKNOWN
    bases = low.world.project.mro(cls)
    for base in bases[bases.index(function.of.owner or cls) + 1 :]:
        if isinstance(base, str):
            if name == "__init__" and base.startswith(_WITHOUT_INIT):
                continue
            return Outside(f"{base.removesuffix('()')}().{name}")
        if name in base.methods:
            return FunctionRef(low.world.generics.method(cls, base.methods[name]), bound=me)
    return UNKNOWN


def given(low: Lowering, event: Call) -> Kind:
    """What a call gives; for an async function a Coroutine."""
    target = event.target
    if isinstance(target, FunctionRef):
        return _by_function(low, event, target)
    if isinstance(target, MethodRef):
        return methods.given(low, event, target)
    if isinstance(target, Outside):
        return library.given(low, event, target)
    if isinstance(target, ClassRef):
        return construct(low, event, target.cls)
    if isinstance(target, SessionFactory):
        return opened(low, event, target)
    if isinstance(target, Session) and target.scoped:
        return target
    if isinstance(target, Instance):
        return _by_object(low, event, target)
    return _by_unknown(event, target)


def _by_unknown(event: Call, target: Kind) -> Kind:
    """Of what is not known either: what it gives may work with the session that it was handed."""
    handed = any(isinstance(kind, Session) for kind in (*event.args, *event.keywords.values()))
    return Outside(NOT_KNOWN, event) if handed and says_little(target) else UNKNOWN


def _by_object(low: Lowering, event: Call, target: Instance) -> Kind:
    method = low.world.project.method(target.cls, "__call__")
    if method is None:
        return UNKNOWN
    event.target = FunctionRef(method, bound=target)
    return _by_function(low, event, event.target)


def opened(low: Lowering, event: Call, factory: SessionFactory) -> Session:
    """A session made by its factory; `expire_on_commit` may be given per call."""
    expiring = library.flag(event, "expire_on_commit", factory.expiring)
    return Session(
        how="opened", node=event.node, source=low.source, asynchronous=factory.asynchronous,
        expiring=expiring,
        scoped=factory.scoped, factory=factory,
    )  # fmt: skip


def _by_function(low: Lowering, event: Call, target: FunctionRef) -> Kind:
    function = target.function
    values = bound_arguments(function, event, target.bound)
    put = Substitution(function, values, event.node, low.source, low.world)
    trace = low.world.trace(function, target.scope)
    if function.name == "__init__" and isinstance(target.bound, Instance):
        _initialise(low, target.bound, function, put)
        return UNKNOWN
    if function.decorated(*_CONTEXTS):
        return _context(low, function, put, target)
    if trace.yields:
        of = put.of(low.world.yielded(function, target.scope))
        return Stream(of, asynchronous=function.asynchronous, call=event)
    result = put.of(low.world.returned(function, target.scope))
    if isinstance(result, Stream) and not result.asynchronous and function.asynchronous:
        return result
    return Coroutine(event, result) if function.asynchronous else result


def _initialise(low: Lowering, me: Instance, function: FunctionFacts, put: Substitution) -> None:
    """`super().__init__(session)` sets the base's attributes."""
    if function.owner is not None:
        raw = low.world.shape(function.owner).raw
        for name, kind in raw.items():
            seen = put.of(kind)
            if seen is not UNKNOWN or name not in me.fields:
                me.set(name, seen)


def _context(
    low: Lowering, function: FunctionFacts, put: Substitution, target: FunctionRef
) -> Kind:
    enters = _yielded(low, function, put, target)
    session = _held(enters)
    commits, rolls_back, closes = exit_of(
        low.world, function, low.world.trace(function, target.scope), session
    )
    seen = put.of(enters)
    return Context(
        seen, asynchronous=function.asynchronous, session=_held(seen), commits=commits, rolls_back=rolls_back,
        closes=closes, function=function,
    )  # fmt: skip


def _yielded(
    low: Lowering, function: FunctionFacts, put: Substitution, target: FunctionRef
) -> Kind:
    """One that gives the session it was given, or opens one where it was given none, gives either."""
    trace = low.world.trace(function, target.scope)
    sessions = [event.kind for event in trace.yields if isinstance(event.kind, Session)]
    own = next((session for session in sessions if session.how == "opened"), None)
    given = next((session for session in sessions if session.how != "opened"), None)
    if given is None or (own is None and not any(map(_is_unseen, trace.yields))):
        return low.world.yielded(function, target.scope)
    found = None if given.path is None else at_path(put.values, given.path, low.world)
    if given.path is not None and found in (None, NONE):
        return own or given.either(put.node, low.source)
    if own is None and not _may_be_none(found):
        return low.world.yielded(function, target.scope)
    either = (own or given).either(put.node, low.source)
    # Where the caller's own is the one, it is found by its path; where that gives none, it is nobody's.
    if isinstance(found, Session) and _is_by_itself(given, trace):
        either.path, either.owner = found.path, found.owner
    return either


def _is_unseen(event: Yield) -> bool:
    """May it be a session that comes from where the source does not show?"""
    return says_little(event.kind) and not isinstance(event.kind, Constant)


def _may_be_none(kind: Kind | None) -> bool:
    """Is it a parameter that the caller's own caller may leave out?"""
    owner = kind.owner if isinstance(kind, Session) else None
    path = kind.path if isinstance(kind, Session) else None
    return isinstance(owner, FunctionFacts) and path is not None and owner.may_be_none(path[0])


def _is_by_itself(given: Session, trace: Trace) -> bool:
    """Is it given on wherever there is one? A setting beside it may say that another is opened."""
    asked = {"isinstance", "AsyncSession", *(given.path or ())[:1]}
    return all(
        node.id in asked
        for event, around in trace.walk()
        if isinstance(event, Yield) and event.kind is given
        for structure in around
        if isinstance(structure, Branch) and isinstance(structure.node, (ast.If, ast.IfExp))
        for node in ast.walk(structure.node.test)
        if isinstance(node, ast.Name)
    )


def _held(kind: Kind) -> Session | None:
    return next(iter(sessions_in(kind)), None)


def construct(low: Lowering, event: Call, cls: ClassFacts) -> Kind:
    """An object of a project's class, its attributes filled from the arguments."""
    world = low.world
    if world.project.mapped(cls) is not None:
        return Entity(cls, made=event.node)
    home = Home(how="opened", name="session", node=event.node, source=low.source)
    kind = of_class(world, cls, home)
    if not isinstance(kind, Instance):
        return library.with_options(event, kind)
    shape = world.shape(cls)
    if shape.init is not None and shape.order is None:
        values = bound_arguments(shape.init, event, None)
        values.update(_without_self(shape.init, event))
        put = Substitution(shape.init, values, event.node, low.source, world)
        return Instance(cls, {name: put.of(value) for name, value in shape.raw.items()})
    fields = dict(shape.raw) if shape.order is not None else {}
    for name, value in [*zip(shape.order or (), event.args, strict=False), *event.keywords.items()]:
        fields[name] = value
    return Instance(cls, fields)


def _without_self(init: FunctionFacts, event: Call) -> dict[str, Kind]:
    names = [parameter.name for parameter in init.parameters if parameter.how == "positional"][1:]
    return {**dict(zip(names, event.args, strict=False)), **event.keywords}
