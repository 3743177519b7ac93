"""What a function's parameters are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.facts import last_name
from taskbound.check.kinds import (
    UNKNOWN,
    ClassRef,
    Entity,
    Instance,
    Kind,
    Parameter,
    Session,
    sessions_in,
)
from taskbound.check.trace.annotations import Home, annotated, of_class, provided
from taskbound.check.trace.names import DEPENDS
from taskbound.check.trace.shapes import annotated_fields

if TYPE_CHECKING:
    from taskbound.check.index.facts import ClassFacts, FunctionFacts, ParameterFacts
    from taskbound.check.trace.world import World

# An unannotated parameter is taken for a session where it has such a name and is used as one.
_NAMES = frozenset((
    "session", "db", "db_session", "async_session", "s", "sess", "database_session", "dbsession", "conn",
    "connection",
))  # fmt: skip
_TWO = 2
_AWAITED = frozenset((
    "execute", "scalars", "scalar", "flush", "commit", "rollback", "refresh", "get", "get_one", "merge",
    "stream",
))  # fmt: skip


def parameter_kinds(world: World, function: FunctionFacts) -> dict[str, Kind]:
    """The kind of each parameter, by name."""
    kinds: dict[str, Kind] = {}
    for position, parameter in enumerate(function.parameters):
        if position == 0 and function.owner is not None and not function.decorated("staticmethod"):
            kinds[parameter.name] = me(world, function, function.owner)
        else:
            kinds[parameter.name] = _kind(world, function, parameter)
    return _shared(function, kinds)


def _shared(function: FunctionFacts, kinds: dict[str, Kind]) -> dict[str, Kind]:
    """A framework calls a provider once a request: parameters that name one hold one session."""
    holding = [kind for kind in kinds.values() if isinstance(kind, (Session, Instance))]
    if len(holding) < _TWO or not provided_in(function):
        return kinds
    first: dict[FunctionFacts, Session] = {}
    for kind in kinds.values():
        for session in sessions_in(kind):
            if session.provider is not None and isinstance(kind, Session):
                first.setdefault(session.provider, session)
    for kind in kinds.values():
        for session in sessions_in(kind):
            if session.provider is not None:
                first.setdefault(session.provider, session)
    return kinds if not first else {name: _with(kind, first) for name, kind in kinds.items()}


def provided_in(function: FunctionFacts) -> bool:
    """May a framework give this function its arguments? Those it decorates, or that ask for them."""
    return (
        bool(function.decorators)
        or function.name == "__init__"
        or any(
            isinstance(parameter.default, ast.Call) or _is_annotated(parameter.annotation)
            for parameter in function.parameters
        )
    )


def _is_annotated(annotation: ast.expr | None) -> bool:
    return isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Annotated"


def _with(kind: Kind, first: dict[FunctionFacts, Session], deepest: int = 4) -> Kind:
    if isinstance(kind, Session) and kind.provider is not None:
        return first.get(kind.provider, kind)
    if isinstance(kind, Instance) and deepest and kind.path != ("self",):
        fields = {name: _with(value, first, deepest - 1) for name, value in kind.fields.items()}
        return Instance(kind.cls, fields, kind.path)
    return kind


def me(world: World, function: FunctionFacts, owner: ClassFacts) -> Kind:
    """`self` or `cls` of a method. Its fields are the trace's own copy, which assignments change."""
    if (
        function.decorated("classmethod", "validator", "field_validator", "model_validator")
        or function.name == "__new__"
    ):
        return ClassRef(owner)
    if world.project.mapped(owner) is not None:
        return Entity(owner)
    home = Home(
        how="parameter",
        name="self",
        node=function.node,
        source=function.source,
        path=("self",),
        owner=owner,
    )
    if function.name == "__init__":  # which is what the shape is read from
        return Instance(owner, annotated_fields(owner, world), ("self",))
    kind = of_class(world, owner, home)
    return (
        Instance(owner, dict(world.shape(owner).fields), ("self",))
        if isinstance(kind, Instance)
        else kind
    )


def _kind(world: World, function: FunctionFacts, parameter: ParameterFacts) -> Kind:
    plain = Parameter(parameter.name, function, parameter.annotation)
    if parameter.how in ("star", "double"):
        return plain
    home = Home(
        how="parameter", name=parameter.name, node=parameter.node, source=function.source,
        path=(parameter.name,),
        owner=function,
    )  # fmt: skip
    kind = _annotated(world, function, parameter, home)
    if kind is UNKNOWN and parameter.annotation is None:
        kind = _by_use(function, parameter, home)
    return plain if kind is UNKNOWN else kind


def _annotated(
    world: World, function: FunctionFacts, parameter: ParameterFacts, home: Home
) -> Kind:
    kind: Kind = UNKNOWN
    if parameter.annotation is not None:
        kind = annotated(world, parameter.annotation, function.module, home)
    default = parameter.default
    if isinstance(default, ast.Call) and last_name(default) in DEPENDS:
        kind = provided(world, kind, default, function.module, home)
    return kind


def _by_use(function: FunctionFacts, parameter: ParameterFacts, home: Home) -> Kind:
    if (
        parameter.name not in _NAMES
        or not function.asynchronous
        or "sqlalchemy" not in function.source.text
    ):
        return UNKNOWN
    used = any(
        isinstance(node, ast.Await)
        and any(_is_use(one, parameter.name) for one in _waited_for(node.value))
        for node in ast.walk(function.node)
    )
    connection = parameter.name.startswith("conn")
    return home.session(asynchronous=True, connection=connection) if used else UNKNOWN


def _waited_for(node: ast.expr) -> list[ast.expr]:
    """`db.commit()` of `await asyncio.wait_for(db.commit(), 5)` too."""
    return [node, *node.args] if isinstance(node, ast.Call) else [node]


def _is_use(node: ast.expr, name: str) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return (
        isinstance(called, ast.Attribute)
        and called.attr in _AWAITED
        and isinstance(called.value, ast.Name)
        and called.value.id == name
    )
