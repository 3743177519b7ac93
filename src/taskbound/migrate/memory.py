"""What has been found out so far, and which scopes have to be read again since more is known."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskbound.migrate.values import NOTHING, Values, depth_of

if TYPE_CHECKING:
    import ast

    from taskbound.migrate.models import Relation
    from taskbound.migrate.module import Class, Function, Module
    from taskbound.migrate.reaching import Binding
    from taskbound.migrate.values import Entity, Value

# More values of one kind than that in one place tell nothing, and cost time.
_MOST_VALUES = 24
# Containers that are put into each other round after round would never end.
_DEEPEST = 3

_Key = tuple[object, str]


@dataclass(frozen=True, slots=True)
class Read:
    """A relation of an entity that is read, by an attribute or by what serialises the entity."""

    entity: Entity
    relation: Relation
    module: Module
    node: ast.AST


class Memory:
    """The values of names, attributes and expressions, and what functions return and yield.

    It knows which scope has asked for what, so that only those are read again of whose answers one changes.
    """

    def __init__(self) -> None:
        self._known: dict[_Key, Values] = {}
        self._readers: dict[_Key, dict[int, None]] = defaultdict(dict)
        self.expressions: dict[ast.expr, Values] = {}
        self.reads: dict[Read, None] = {}
        self.woken: dict[int, None] = {}
        """The scopes that have asked for what has changed since, by number."""
        self.current = -1
        """The scope that is being read, by number."""

    def named(self, scope: Function | Class | Module, name: str) -> Values:
        """What a name of a scope, or an attribute of a class's objects, has been bound to."""
        return self._asked((scope, name))

    def bind(self, scope: Function | Class | Module, name: str, values: Values) -> None:
        """Bind a name to some more values."""
        self._more((scope, name), values)

    def given(self, function: Function, name: str) -> Values:
        """What callers hand over for a parameter."""
        return self._asked((function, f"({name})"))

    def give(self, function: Function, name: str, values: Values) -> None:
        """A caller hands over some more."""
        self._more((function, f"({name})"), values)
        self.bind(function, name, values)

    def bound_at(self, binding: Binding) -> Values:
        """What one assignment, loop or parameter has bound a name to."""
        return self._asked((binding, ""))

    def bind_at(self, binding: Binding, values: Values) -> None:
        """The same binding gives some more."""
        self._more((binding, ""), values)

    def returned(self, function: Function) -> Values:
        """What a function returns."""
        return self._asked((function, "return"))

    def add_returned(self, function: Function, values: Values) -> None:
        """A function returns some more."""
        self._more((function, "return"), values)

    def yielded(self, function: Function) -> Values:
        """What a generator function yields."""
        return self._asked((function, "yield"))

    def add_yielded(self, function: Function, values: Values) -> None:
        """A generator function yields some more."""
        self._more((function, "yield"), values)

    def _asked(self, key: _Key) -> Values:
        self._readers[key][self.current] = None
        return self._known.get(key, NOTHING)

    def _more(self, key: _Key, values: Values) -> None:
        if not values:
            return
        known = self._known.get(key, NOTHING)
        new = [each for each in values if each not in known and depth_of(each) <= _DEEPEST]
        if new and (more := _within_bounds(known, new)):
            self._known[key] = known | Values(more)
            self.woken.update(self._readers.get(key, {}))


def _within_bounds(known: Values, new: list[Value]) -> list[Value]:
    """The new values of kinds of which there are not too many yet: a session is never crowded out."""
    count = Counter(map(type, known))
    found = []
    for each in new:
        if count[type(each)] < _MOST_VALUES:
            count[type(each)] += 1
            found.append(each)
    return found
