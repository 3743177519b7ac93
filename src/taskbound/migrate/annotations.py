"""From an annotation to what has it."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.migrate.names import annotation_of, last_name
from taskbound.migrate.values import (
    NOTHING,
    Alias,
    Connection,
    Engine,
    Entity,
    Factory,
    Foreign,
    Instance,
    Many,
    Outside,
    Session,
    TheClass,
    Value,
    Values,
    only,
    union,
)
from taskbound.migrate.vocabulary import CONNECTIONS, ENGINES, FACTORIES, SCOPED, SESSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from taskbound.migrate.models import Models

_OF_EITHER = frozenset({"Optional", "Union", "ClassVar", "Final", "Required", "NotRequired"})
_OF_MANY = frozenset(
    {
        "AsyncGenerator",
        "AsyncIterable",
        "AsyncIterator",
        "Collection",
        "Generator",
        "Iterable",
        "Iterator",
        "List",
        "Sequence",
        "Set",
        "frozenset",
        "list",
        "set",
        "tuple",
    }
)


class Annotations:
    """What objects of an annotation are."""

    def __init__(self, models: Models, evaluate: Callable[[ast.expr], Values]) -> None:
        self._models = models
        self._evaluate = evaluate

    def of(self, annotation: ast.expr | None) -> Values:
        """What an object with an annotation is; nothing where that is not known."""
        match annotation:
            case None:
                return NOTHING
            case ast.Constant(value=str(text)):
                return self.of(annotation_of(text))
            case ast.BinOp(left=left, right=right):
                return self.of(left) | self.of(right)
            case ast.Subscript(value=value, slice=inner):
                return self._subscripted(value, inner)
            case ast.Name() | ast.Attribute():
                found: list[Value] = []
                for named in self._evaluate(annotation):
                    found += self.instances(named)
                return Values(found) if found else NOTHING
        return NOTHING

    def instances(self, value: Value) -> Values:
        """The objects of what an annotation names."""
        match value:
            case Alias(of=of):
                return of
            case TheClass(of=of):
                return only(Entity(of) if self._models.is_mapped(of) else Instance(of))
            case Outside(name=name):
                return _instance_outside(name)
        return NOTHING

    def annotated(self, inner: ast.expr) -> Values:
        """What `Annotated[...]` stands for: what its parts say."""
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        found = list(self.of(parts[0])) if parts else []
        for extra in parts[1:]:
            found += self._evaluate(extra)
        return Values(value for value in found if not isinstance(value, Outside))

    def _subscripted(self, value: ast.expr, inner: ast.expr) -> Values:
        name = last_name(value)
        parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        if name == "Annotated":
            return self.annotated(inner)
        if name in _OF_EITHER:
            return union(self.of(part) for part in parts)
        if name in _OF_MANY:
            return only(Many(self.of(parts[0]))) if parts else NOTHING
        if name in {"type", "Type"}:
            return Values(v for v in self._evaluate(parts[0]) if isinstance(v, TheClass))
        return self.of(value)


def _instance_outside(name: str) -> Values:
    if name in SESSIONS:
        return only(Session())
    if name in FACTORIES:
        return only(Factory())
    if name in SCOPED:
        return only(Factory(scoped=True))
    if name in ENGINES:
        return only(Engine())
    if name in CONNECTIONS:
        return only(Connection())
    # What is any object is nothing that is known, and type variables stand for anything.
    if name == "builtins.object" or name.startswith("typing."):
        return NOTHING
    return only(Foreign(name))
