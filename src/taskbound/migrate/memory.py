"""What has been found out so far, and whether a round has found out more."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskbound.migrate.values import NOTHING, Values, depth_of

if TYPE_CHECKING:
    import ast

    from taskbound.migrate.models import Relation
    from taskbound.migrate.module import Class, Function, Module
    from taskbound.migrate.reaching import Binding
    from taskbound.migrate.values import Entity

# More values than that in one place tell nothing, and cost time.
_MOST_VALUES = 24
# Containers that are put into each other round after round would never end.
_DEEPEST = 3


@dataclass(frozen=True, slots=True)
class Read:
    """A relation of an entity that is read, by an attribute or by what serialises the entity."""

    entity: Entity
    relation: Relation
    module: Module
    node: ast.AST


class Memory:
    """The values of names, attributes and expressions, and what functions return and yield."""

    def __init__(self) -> None:
        self._names: dict[tuple[object, str], Values] = defaultdict(lambda: NOTHING)
        self._places: dict[Binding, Values] = defaultdict(lambda: NOTHING)
        self._given: dict[tuple[Function, str], Values] = defaultdict(lambda: NOTHING)
        self._returned: dict[Function, Values] = defaultdict(lambda: NOTHING)
        self._yielded: dict[Function, Values] = defaultdict(lambda: NOTHING)
        self.expressions: dict[ast.expr, Values] = {}
        self.reads: dict[Read, None] = {}
        self.changed: set[Module] = set()
        """The modules of which something more is known."""
        self.current: Module | None = None
        """The module that is being read."""

    def named(self, scope: Function | Class | Module, name: str) -> Values:
        """What a name of a scope, or an attribute of a class's objects, has been bound to."""
        return self._names[scope, name]

    def bind(self, scope: Function | Class | Module, name: str, values: Values) -> None:
        """Bind a name to some more values."""
        known = self._names[scope, name]
        home = scope.module if hasattr(scope, "module") else scope
        self._names[scope, name] = self._more(known, values, home)

    def given(self, function: Function, name: str) -> Values:
        """What callers hand over for a parameter."""
        return self._given[function, name]

    def give(self, function: Function, name: str, values: Values) -> None:
        """A caller hands over some more."""
        known = self._given[function, name]
        self._given[function, name] = self._more(known, values, function.module)
        self.bind(function, name, values)

    def bound_at(self, binding: Binding) -> Values:
        """What one assignment, loop or parameter has bound a name to."""
        return self._places[binding]

    def bind_at(self, binding: Binding, values: Values) -> None:
        """The same binding gives some more."""
        self._places[binding] = self._more(self._places[binding], values, self.current)

    def returned(self, function: Function) -> Values:
        """What a function returns."""
        return self._returned[function]

    def add_returned(self, function: Function, values: Values) -> None:
        """A function returns some more."""
        self._returned[function] = self._more(self._returned[function], values, function.module)

    def yielded(self, function: Function) -> Values:
        """What a generator function yields."""
        return self._yielded[function]

    def add_yielded(self, function: Function, values: Values) -> None:
        """A generator function yields some more."""
        self._yielded[function] = self._more(self._yielded[function], values, function.module)

    def _more(self, known: Values, values: Values, home: Module | None) -> Values:
        new = [each for each in values - known if depth_of(each) <= _DEEPEST]
        if not new or len(known) >= _MOST_VALUES:
            return known
        if home is not None:
            self.changed.add(home)
        return known.union(new[: _MOST_VALUES - len(known)])
