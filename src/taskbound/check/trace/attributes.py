"""What `owner.name` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.check.index.facts import ClassFacts, FunctionFacts
from taskbound.check.kinds import (
    NONE,
    UNKNOWN,
    AwaitableAttrs,
    ClassRef,
    Constant,
    Entity,
    FunctionRef,
    Instance,
    Kind,
    MappedAttribute,
    MethodRef,
    ModuleRef,
    Outside,
    Parameter,
    Row,
    Rows,
    Session,
    Unknown,
)
from taskbound.check.trace.binding import Substitution
from taskbound.check.trace.graphql import is_context
from taskbound.check.trace.rooting import rerooted
from taskbound.check.trace.state import is_state

if TYPE_CHECKING:
    import ast

    from taskbound.check.source import Source
    from taskbound.check.trace.world import World

_PROPERTIES = ("property", "cached_property", "hybrid_property", "computed_field", "async_property")


def attribute(world: World, owner: Kind, name: str, node: ast.AST, source: Source) -> Kind:
    """The kind of an attribute; for a method, the method itself."""
    if isinstance(owner, Outside):
        return _of_library(world, owner, name)
    if isinstance(owner, Unknown):
        return UNKNOWN
    if isinstance(owner, Instance):
        return _of_instance(world, owner, name, node, source)
    if isinstance(owner, Entity):
        return _of_entity(world, owner, name, node, source)
    if isinstance(owner, ModuleRef):
        return world.kind_of(world.project.member(owner.module, name))
    if isinstance(owner, ClassRef):
        return _of_class(world, owner, name)
    return _of_value(world, owner, name)


def _of_library(world: World, owner: Outside, name: str) -> Kind:
    held = _shared(world, owner, name)
    return Outside(f"{owner.path}.{name}") if held is UNKNOWN else held


def _shared(world: World, owner: Kind, name: str) -> Kind:
    """What a framework's state or a query's context holds."""
    if is_context(owner, name):
        return world.contexts.context()
    return world.state.of(owner, name) if is_state(owner) else UNKNOWN


def _of_value(world: World, owner: Kind, name: str) -> Kind:
    if isinstance(owner, Session) and name in ("sync_session", "sync_connection"):
        return owner
    if isinstance(owner, AwaitableAttrs):
        # The attribute is awaited: what it gives is loaded then.
        return related(world, owner.entity, name)
    if isinstance(owner, Row):
        return next(
            (of for of in owner.of if isinstance(of, Entity) and of.cls.name == name), UNKNOWN
        )
    if isinstance(owner, Parameter):
        held = _shared(world, owner, name)
        return Parameter(f"{owner.name}.{name}", owner.function, None) if held is UNKNOWN else held
    if isinstance(owner, Constant) and not isinstance(owner.value, str):
        return UNKNOWN
    return MethodRef(owner, name)


def related(world: World, entity: Entity, name: str) -> Kind:
    """What a relationship of an entity leads to; UNKNOWN for a column."""
    mapped = world.project.mapped(entity.cls)
    relationship = mapped.relationships.get(name) if mapped else None
    if relationship is None or relationship.target is None:
        return UNKNOWN
    target = Entity(
        relationship.target, statement=entity.statement, session=entity.session, made=entity.made,
        options=entity.options, via=(*entity.via, name),
    )  # fmt: skip
    if relationship.many:
        return Rows(target, statement=entity.statement, session=entity.session)
    return target


def _of_entity(world: World, entity: Entity, name: str, node: ast.AST, source: Source) -> Kind:
    if name == "awaitable_attrs":
        return AwaitableAttrs(entity)
    mapped = world.project.mapped(entity.cls)
    if mapped is not None and name in mapped.relationships:
        return related(world, entity, name)
    if mapped is not None and name in mapped.columns:
        return UNKNOWN
    method = world.project.method(entity.cls, name)
    return UNKNOWN if method is None else _method(world, method, entity, node, source)


def _method(
    world: World, method: FunctionFacts, owner: Kind, node: ast.AST, source: Source
) -> Kind:
    if method.decorated(*_PROPERTIES):
        return Substitution(method, {"self": owner}, node, source, world).of(world.returned(method))
    if method.decorated("staticmethod"):
        return FunctionRef(method)
    if method.decorated("classmethod"):
        cls = getattr(owner, "cls", None)
        return FunctionRef(method, bound=ClassRef(cls) if isinstance(cls, ClassFacts) else None)
    return FunctionRef(method, bound=owner)


def _of_instance(world: World, owner: Instance, name: str, node: ast.AST, source: Source) -> Kind:
    known = owner.fields.get(name)
    if known not in (None, UNKNOWN, NONE):
        return known
    method = world.project.method(owner.cls, name)
    if method is not None:
        return _method(world, world.generics.method(owner.cls, method), owner, node, source)
    found = _found(world, owner, name)
    if found not in (UNKNOWN, NONE):
        return found
    assigned = world.project.attribute(owner.cls, name)
    if assigned is not None and assigned.values:
        return world.global_kind(assigned)
    if known is not None:
        return known
    return _inherited(world, owner.cls, name, "()")


def _found(world: World, owner: Instance, name: str) -> Kind:
    """What another method assigns to it, as it is seen from this object."""
    found = world.shape(owner.cls).found(name, world)
    if found not in (UNKNOWN, NONE):
        if owner.path != ("self",):
            found = rerooted(found, None if owner.path is None else (*owner.path, name), None, {})
        owner.set(name, found)
    return found


def _inherited(world: World, cls: ClassFacts, name: str, of: str) -> Kind:
    """An attribute of a library's class that the project derives from."""
    for base in world.project.mro(cls):
        if isinstance(base, str) and not base.startswith(("typing.", "abc.", "builtins.", "enum.")):
            return Outside(f"{base.removesuffix('()')}{of}.{name}")
    return UNKNOWN


def _of_class(world: World, owner: ClassRef, name: str) -> Kind:
    mapped = world.project.mapped(owner.cls)
    if mapped is not None and (name in mapped.columns or name in mapped.relationships):
        return MappedAttribute(owner.cls, name)
    symbol = world.project.member(owner.cls, name)
    if isinstance(symbol, FunctionFacts):
        return FunctionRef(symbol, bound=owner if symbol.decorated("classmethod") else None)
    if symbol is not None:
        return world.kind_of(symbol)
    if mapped is not None and not name.startswith("__"):
        return MappedAttribute(owner.cls, name)
    return _inherited(world, owner.cls, name, "")
