"""What expressions are: one walk over each, which also hands arguments on to the functions called."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskbound.migrate.annotations import Annotations
from taskbound.migrate.calls import Calls
from taskbound.migrate.memory import Read
from taskbound.migrate.module import Class, Function, Module, names_bound
from taskbound.migrate.names import last_name
from taskbound.migrate.reaching import Reaching
from taskbound.migrate.tree import inner_nodes
from taskbound.migrate.values import (
    NOTHING,
    Alias,
    Entity,
    InModule,
    Instance,
    Managed,
    Many,
    Outside,
    Row,
    TheClass,
    TheFunction,
    Value,
    Values,
    elements,
    of_type,
    only,
    union,
)

if TYPE_CHECKING:
    from taskbound.migrate.memory import Memory
    from taskbound.migrate.models import Models, Relation
    from taskbound.migrate.names import Names

# A path of relations longer than that goes round in circles.
_LONGEST_PATH = 4
_PROPERTIES = frozenset({"property", "cached_property", "hybrid_property"})


@dataclass(frozen=True, slots=True)
class Frame:
    """Where an expression stands."""

    module: Module
    function: Function | None
    owner: Class | None = None
    """The class whose body it is in, outside of its methods."""


class Evaluation:
    """Expressions to values, with what the memory has so far."""

    def __init__(self, names: Names, models: Models, memory: Memory) -> None:
        self.names = names
        self.models = models
        self.memory = memory
        self.calls: Calls = Calls(self)
        self._locals: dict[Function, frozenset[str]] = {}
        self._reaching: dict[Function | Module, Reaching] = {}

    def annotations(self, frame: Frame) -> Annotations:
        """The annotations of a place."""
        return Annotations(self.models, lambda each: self.of(each, frame))

    def of(self, node: ast.expr | None, frame: Frame) -> Values:
        """What an expression is. Whatever is in it is evaluated as well."""
        if node is None:
            return NOTHING
        values = self._of(node, frame)
        if values:
            self.memory.expressions[node] = self.memory.expressions.get(node, NOTHING) | values
        return values

    def read(self, node: ast.Name, frame: Frame) -> Values:
        """What a name is where it is read: what the assignments that lead there have bound it to."""
        scope = frame.function or frame.module
        if frame.owner is not None or (
            frame.function and node.id not in self.locals(frame.function)
        ):
            return self.named(node.id, frame)
        if scope not in self._reaching:
            tree = scope.node if isinstance(scope, Function) else scope.tree
            self._reaching[scope] = Reaching(frame.module, tree)
        bindings, given = self._reaching[scope].of(node)
        found: Values = union(self.memory.bound_at(each) for each in bindings)
        if not given:
            return found
        if not bindings:
            return self.named(node.id, frame)
        # Parameters, imports and definitions are bound before all else.
        if frame.function is not None:
            return found | self.memory.given(frame.function, node.id)
        return found | self.names.member(frame.module, node.id)

    def named(self, name: str, frame: Frame) -> Values:
        """What a name can be, wherever it is bound."""
        if frame.owner and (values := self.memory.named(frame.owner, name)):
            return values
        function = frame.function
        while function is not None:
            if name in self.locals(function):
                if values := self.memory.named(function, name):
                    return values
                if name not in self.names.imports(function.module):
                    return NOTHING
            function = function.enclosing
        return self.at_top(name, frame.module)

    def at_top(self, name: str, module: Module) -> Values:
        """What a name at the top of a module is."""
        origin, original = self.names.origin(module, name)
        known = self.names.member(module, name) | self.memory.named(origin, original)
        return known or self.names.builtin(module, name)

    def locals(self, function: Function) -> frozenset[str]:
        """The names that a function binds."""
        if function not in self._locals:
            inner = function.module.own(function.node)
            bound = {name for node in inner for name in names_bound(node)}
            bound |= {
                each.arg for each in ast.walk(function.node.args) if isinstance(each, ast.arg)
            }
            outer = (n for n in inner if isinstance(n, ast.Global | ast.Nonlocal))
            self._locals[function] = frozenset(bound.difference(*(node.names for node in outer)))
        return self._locals[function]

    def scope(self, name: str, frame: Frame) -> Function | Class | Module:
        """The scope in which a name is bound, where it is assigned to."""
        if frame.owner is not None:
            return frame.owner
        function = frame.function
        while function is not None:
            if name in self.locals(function):
                return function
            function = function.enclosing
        return frame.module

    def attribute(self, value: Value, name: str, node: ast.Attribute, frame: Frame) -> Values:
        """What an attribute of a value is."""
        match value:
            case Outside():
                return self.names.attribute(value, name, frame.module)
            case InModule(module=module):
                origin, original = self.names.origin(module, name)
                known = self.names.attribute(value, name, frame.module)
                return known | self.memory.named(origin, original)
            case TheClass(of=of):
                method = self._method(of, name)
                found = self._stored(of, name)
                return found | only(TheFunction(method)) if method else found
            case Instance(of=of):
                return self._of_object(value, of, name, node, frame)
            case Entity(of=of):
                relation = self.models.relation(of, name)
                if relation is None:
                    return self._of_object(value, of, name, node, frame)
                return self.related(value, relation, node, frame.module)
        return NOTHING

    def related(self, entity: Entity, relation: Relation, node: ast.AST, module: Module) -> Values:
        """What a relation of an entity leads to; it is noted that it is read."""
        self.memory.reads[Read(entity, relation, module, node)] = None
        if len(entity.path) >= _LONGEST_PATH:
            return NOTHING
        path = (*entity.path, (relation.owner, relation.name))
        target = only(Entity(relation.target, entity.origin, path))
        return only(Many(target)) if relation.many else target

    def entered(self, values: Values) -> Values:
        """What `as` of a `with` is bound to."""
        found: list[Value] = []
        for value in values:
            match value:
                case Managed(of=of):
                    found += of
                case Instance(of=of):
                    enter = self._method(of, "__enter__") or self._method(of, "__aenter__")
                    found += self.calls.applied_to(enter, value) if enter else only(value)
                case _:
                    found.append(value)
        return Values(found) if found else NOTHING

    def _of(self, node: ast.expr, frame: Frame) -> Values:
        match node:
            case ast.Name():
                return self.read(node, frame)
            case ast.Attribute(value=value, attr=name):
                return self._attribute(node, value, name, frame)
            case ast.Call():
                return self.calls.of(node, frame)
            case ast.Await(value=value) | ast.Starred(value=value):
                return self.of(value, frame)
            case ast.NamedExpr(target=target, value=value):
                values = self.of(value, frame)
                self.assign(target, values, frame)
                return values
            case ast.BoolOp(values=several):
                return self._either(several, frame)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.of(test, frame)
                return self._either([body, orelse], frame)
            case ast.Tuple(elts=several):
                return only(Row(tuple(self.of(each, frame) for each in several)))
            case ast.List(elts=several) | ast.Set(elts=several):
                return only(Many(self._either(several, frame)))
            case ast.Dict(keys=keys, values=several):
                self._either([key for key in keys if key], frame)
                return only(Many(self._either(several, frame)))
            case ast.Subscript(value=value, slice=inner):
                return self._subscript(value, inner, frame)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                self._generators(node.generators, frame)
                return only(Many(self.of(node.elt, frame)))
            case ast.DictComp():
                self._generators(node.generators, frame)
                self.of(node.key, frame)
                return only(Many(self.of(node.value, frame)))
            case ast.Yield(value=value):
                if frame.function:
                    self.memory.add_yielded(frame.function, self.of(value, frame))
                return NOTHING
            case ast.YieldFrom(value=value):
                if frame.function:
                    self.memory.add_yielded(frame.function, elements(self.of(value, frame)))
                return NOTHING
        self._either([c for c in inner_nodes(node) if isinstance(c, ast.expr)], frame)
        return NOTHING

    def assign(self, target: ast.expr, values: Values, frame: Frame) -> None:
        """Bind what stands left of `=`, `in` or behind `as`."""
        match target:
            case ast.Name(id=name):
                self.memory.bind_at(target, values)
                self.memory.bind(self.scope(name, frame), name, values)
            case ast.Attribute(value=value, attr=name):
                for owner in self.of(value, frame):
                    if isinstance(owner, Instance | TheClass | Entity):
                        self.memory.bind(owner.of, name, values)
                    elif isinstance(owner, InModule):
                        self.memory.bind(owner.module, name, values)
            case ast.Starred(value=value):
                self.assign(value, only(Many(values)), frame)
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                for place, each in enumerate(targets):
                    self.assign(each, _place(values, place), frame)
            case ast.Subscript(value=value, slice=inner):
                self.of(inner, frame)
                self.of(value, frame)

    def _attribute(self, node: ast.Attribute, value: ast.expr, name: str, frame: Frame) -> Values:
        found: list[Value] = []
        for each in self.of(value, frame):
            found += self.attribute(each, name, node, frame)
        return Values(found) if found else NOTHING

    def _either(self, several: list[ast.expr], frame: Frame) -> Values:
        # Each is evaluated, for what is in it.
        found = [self.of(each, frame) for each in several]
        return union(found)

    def _subscript(self, value: ast.expr, inner: ast.expr, frame: Frame) -> Values:
        if last_name(value) == "Annotated":
            return only(Alias(self.annotations(frame).annotated(inner)))
        values = self.of(value, frame)
        self.of(inner, frame)
        if isinstance(inner, ast.Slice):
            return values
        if isinstance(inner, ast.Constant) and isinstance(inner.value, int) and inner.value >= 0:
            return _place(values, inner.value)
        # A class with its type parameters is the class.
        classes = of_type(values, TheClass)
        outside = [each for each in of_type(values, Outside) if each.name != "builtins.list"]
        return elements(values) | Values(classes) | Values(outside)

    def _generators(self, generators: list[ast.comprehension], frame: Frame) -> None:
        for each in generators:
            self.assign(each.target, elements(self.of(each.iter, frame)), frame)
            self._either(each.ifs, frame)

    def _of_object(
        self, value: Value, of: Class, name: str, node: ast.Attribute, frame: Frame
    ) -> Values:
        method = self._method(of, name)
        if method is None:
            return self._stored(of, name)
        if any(last_name(_bare(each)) in _PROPERTIES for each in method.node.decorator_list):
            return self.calls.applied_to(method, value)
        written = frame.module.text.of(node.value)
        return only(TheFunction(method, only(value), written))

    def _method(self, of: Class, name: str) -> Function | None:
        found = (base.methods[name] for base in self.names.bases(of) if name in base.methods)
        return next(found, None)

    def _stored(self, of: Class, name: str) -> Values:
        bases = self.names.bases(of)
        return union(self.memory.named(base, name) for base in bases)


def _place(values: Values, place: int) -> Values:
    found: list[Value] = []
    for value in values:
        if isinstance(value, Row):
            found += value.places[place] if place < len(value.places) else NOTHING
        else:
            found += elements(only(value))
    return Values(found) if found else NOTHING


def _bare(decorator: ast.expr) -> ast.expr:
    return decorator.func if isinstance(decorator, ast.Call) else decorator
