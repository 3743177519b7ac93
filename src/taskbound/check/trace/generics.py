"""What the type variables of a generic class are in one that derives from it: `class Users(Repo[User])`."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.check.index.facts import Assigned, ClassFacts, FunctionFacts, ModuleFacts, last_name
from taskbound.check.index.project import expression
from taskbound.check.kinds import ClassRef, Entity, Kind

if TYPE_CHECKING:
    from taskbound.check.index.project import Project
    from taskbound.check.trace.world import World

    # The variables of each base, by name.
    Bound = dict[ClassFacts, dict[str, ClassFacts]]

_GENERIC = frozenset(("Generic", "Protocol"))


class Generics:
    """The derived classes that say of which model their base is, and that base's methods as they see them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.project: Project = world.project
        self._bound: dict[ClassFacts, Bound] = {}
        self._of_model: dict[ClassFacts, bool] = {}
        self._seen: dict[tuple[FunctionFacts, ClassFacts], FunctionFacts] = {}
        self._made: dict[tuple[ModuleFacts, ClassFacts, str], ClassFacts] = {}

    def method(self, cls: ClassFacts, method: FunctionFacts) -> FunctionFacts:
        """A method of a generic base as `cls` has it, whose `self.model` is the model of `cls`."""
        if method.owner in (None, cls) or method.name == "__init__" or not self._is_of_model(cls):
            return method
        key = (method.of, cls)
        if key not in self._seen:
            seen = FunctionFacts(
                method.node,
                method.module,
                name=method.name,
                asynchronous=method.asynchronous,
                owner=cls,
            )
            seen.of = method.of
            self._seen[key] = seen
        return self._seen[key]

    def annotated(self, cls: ClassFacts, around: ClassFacts, node: ast.expr | None) -> Kind | None:
        """What `T` or `type[T]`, written in the base `around`, is in `cls`; None where that is not said."""
        variables = self.bound(cls).get(around)
        if not variables or node is None:
            return None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return self.annotated(cls, around, expression(node.value))
        inner = node
        of_class = isinstance(node, ast.Subscript) and last_name(node.value) in ("type", "Type")
        if of_class and isinstance(node, ast.Subscript):
            inner = node.slice
        model = variables.get(inner.id) if isinstance(inner, ast.Name) else None
        if model is None or self.project.mapped(model) is None:
            return None
        return ClassRef(model) if of_class else Entity(model)

    def bound(self, cls: ClassFacts) -> Bound:
        """The variables of all generic bases of a class that it, or a base between, gives."""
        if cls not in self._bound:
            self._bound[cls] = {}
            self._bind(cls, {}, self._bound[cls])
        return self._bound[cls]

    def made(self, cls: ClassFacts, node: ast.Subscript, module: ModuleFacts) -> ClassFacts:
        """`Repo[User]` as a class of its own; the class itself where no model is among its arguments."""
        if not self._variables(cls):
            return cls
        key = (module, cls, ast.unparse(node.slice))
        if key not in self._made:
            written = ast.ClassDef(
                name=cls.name, bases=[node], keywords=[], body=[], decorator_list=[]
            )
            derived = ClassFacts(ast.copy_location(written, node), module)
            known = self.bound(derived).get(cls, {}).values()
            of_model = any(self.project.mapped(one) is not None for one in known)
            self._made[key] = derived if of_model else cls
        return self._made[key]

    def _bind(self, cls: ClassFacts, given: dict[str, ClassFacts], found: Bound) -> None:
        for node in cls.bases:
            outer = node.value if isinstance(node, ast.Subscript) else node
            base = self.project.dotted(cls.module, outer)
            if not isinstance(base, ClassFacts) or base in found:
                continue
            found[base] = {}
            if isinstance(node, ast.Subscript):
                for name, argument in zip(self._variables(base), _elements(node), strict=False):
                    symbol = (
                        given.get(argument.id) if isinstance(argument, ast.Name) else None
                    ) or self.project.dotted(cls.module, argument)
                    if isinstance(symbol, ClassFacts):
                        found[base][name] = symbol
            self._bind(base, found[base], found)

    def _variables(self, cls: ClassFacts) -> list[str]:
        """The names of a class's variables, in order."""
        written = getattr(cls.node, "type_params", ())
        if written:
            return [one.name for one in written]
        subscripts = [node for node in cls.bases if isinstance(node, ast.Subscript)]
        said = next((node for node in subscripts if last_name(node.value) in _GENERIC), None)
        names = [
            element.id
            for node in ([said] if said is not None else subscripts)
            for element in _elements(node)
            if isinstance(element, ast.Name)
            and (said is not None or self._is_variable(cls, element))
        ]
        return list(dict.fromkeys(names))

    def _is_variable(self, cls: ClassFacts, node: ast.Name) -> bool:
        symbol = self.project.resolve(cls.module, node.id)
        value = symbol.values[-1] if isinstance(symbol, Assigned) and symbol.values else None
        return isinstance(value, ast.Call) and last_name(value) == "TypeVar"

    def _is_of_model(self, cls: ClassFacts) -> bool:
        """Does it say which mapped class it is for: as a type's argument, in its body, or to its base?"""
        known = self._of_model.get(cls)
        if known is None and self.project.mapped(cls) is None:
            known = (
                any(
                    self.project.mapped(model) is not None
                    for variables in self.bound(cls).values()
                    for model in variables.values()
                )
                or any(self._names_model(value) for value in self._values(cls))
                or any(self._is_model(kind) for kind in self.world.shape(cls).fields.values())
            )
            if known or self.world.is_shaped(cls):
                self._of_model[cls] = known
        return bool(known)

    def _values(self, cls: ClassFacts) -> list[tuple[ModuleFacts, ast.expr]]:
        return [
            (around.module, assigned.values[-1])
            for around in self.project.classes(cls)
            for assigned in around.attributes.values()
            if assigned.values and isinstance(assigned.values[-1], (ast.Name, ast.Attribute))
        ]

    def _names_model(self, value: tuple[ModuleFacts, ast.expr]) -> bool:
        symbol = self.project.dotted(*value)
        return isinstance(symbol, ClassFacts) and self.project.mapped(symbol) is not None

    def _is_model(self, kind: Kind) -> bool:
        return isinstance(kind, ClassRef) and self.project.mapped(kind.cls) is not None


def _elements(node: ast.Subscript) -> list[ast.expr]:
    return list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
