"""What the names of a file mean: through its imports, and through those of the files that it imports."""

from __future__ import annotations

import ast
import builtins
from typing import TYPE_CHECKING, NamedTuple

from taskbound.migrate.tree import inner_statements
from taskbound.migrate.values import (
    NOTHING,
    InModule,
    Outside,
    TheClass,
    TheFunction,
    Value,
    Values,
    of_type,
    only,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.migrate.module import Class, Module
    from taskbound.migrate.project import Project


class Imported(NamedTuple):
    """Where an import takes a name from; a whole module where there is no `name`."""

    module: str
    name: str | None


class Names:
    """The functions, classes and modules that names mean, without what is computed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._imports: dict[Module, dict[str, Imported]] = {}
        self._stars: dict[Module, list[str]] = {}
        self._defined: dict[Module, dict[str, Value]] = {}
        self._members: dict[tuple[Module, str], Values] = {}
        self._origins: dict[tuple[Module, str], tuple[Module, str]] = {}
        self._bases: dict[Class, tuple[Class, ...]] = {}
        for module in project.modules:
            self._imports[module] = {}
            self._stars[module] = []
            self._defined[module] = dict(_definitions(module))
            self._collect_imports(module)

    def imports(self, module: Module) -> dict[str, Imported]:
        """What the names of a module are imported from, wherever in it the import stands."""
        return self._imports[module]

    def member(self, module: Module, name: str) -> Values:
        """What a name at the top of a module means; nothing where it is computed."""
        if (module, name) not in self._members:
            self._members[module, name] = self._member(module, name, frozenset())
        return self._members[module, name]

    def _member(self, module: Module, name: str, seen: frozenset[Module]) -> Values:
        if module in seen:
            return NOTHING
        if name in self._defined[module]:
            return only(self._defined[module][name])
        seen |= {module}
        if name in self._imports[module]:
            return self._follow(self._imports[module][name], module, seen)
        for star in self._stars[module]:
            source = self.project.module(star, module)
            if source is not None and (found := self._member(source, name, seen)):
                return found
        return NOTHING

    def origin(self, module: Module, name: str) -> tuple[Module, str]:
        """The module of the project in which an imported name is bound, and its name there."""
        if (module, name) not in self._origins:
            self._origins[module, name] = self._origin(module, name)
        return self._origins[module, name]

    def _origin(self, module: Module, name: str) -> tuple[Module, str]:
        seen = {module}
        while name in self._imports[module] and name not in self._defined[module]:
            imported = self._imports[module][name]
            source = self.project.module(imported.module, module)
            if imported.name is None or source is None or source in seen:
                break
            seen.add(source)
            module, name = source, imported.name
        return self._through_star(module, name)

    def attribute(self, value: Value, name: str, importer: Module) -> Values:
        """What a name in a module, or behind a dotted name of others, means."""
        if isinstance(value, InModule):
            if found := self.member(value.module, name):
                return found
            inner = self.project.inner(value.module, name)
            return only(InModule(inner)) if inner else NOTHING
        if isinstance(value, Outside):
            return only(self._outside(f"{value.name}.{name}", importer))
        return NOTHING

    def of(self, expression: ast.expr, module: Module) -> Values:
        """What a name, or names with dots between them, mean at the top of a module."""
        match expression:
            case ast.Name(id=name):
                return self.member(module, name) or self.builtin(module, name)
            case ast.Attribute(value=value, attr=name):
                found: list[Value] = []
                for left in self.of(value, module):
                    found += self.attribute(left, name, module)
                return Values(found) if found else NOTHING
            case ast.Constant(value=str(text)):
                parsed = annotation_of(text)
                return self.of(parsed, module) if parsed is not None else NOTHING
        return NOTHING

    def outside(self, expression: ast.expr, module: Module) -> str:
        """The dotted name of something that is not the project's; empty where it is, or is not known."""
        found = of_type(self.of(expression, module), Outside)
        return found[0].name if found else ""

    def called(self, expression: ast.expr, module: Module) -> str:
        """The same of what is called, or of a decorator with or without arguments."""
        called = expression.func if isinstance(expression, ast.Call) else expression
        return self.outside(called, module)

    def builtin(self, module: Module, name: str) -> Values:
        """What a name means that the module does not bind."""
        if name in module.bound or not hasattr(builtins, name):
            return NOTHING
        return only(Outside(f"builtins.{name}"))

    def bases(self, of: Class) -> tuple[Class, ...]:
        """The classes of the project that a class is derived from, the class itself first."""
        if of not in self._bases:
            self._bases[of] = (of,)  # A class that is its own base in source ends here.
            found = [of]
            for expression in of.node.bases:
                bare = expression.value if isinstance(expression, ast.Subscript) else expression
                for base in of_type(self.of(bare, of.module), TheClass):
                    found += [each for each in self.bases(base.of) if each not in found]
            self._bases[of] = tuple(found)
        return self._bases[of]

    def _collect_imports(self, module: Module) -> None:
        imports = self._imports[module]
        # What a function imports for itself comes after what all of the module sees.
        for node in (*module.tree.body, *module.statements):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    whole = alias.name if alias.asname else alias.name.split(".")[0]
                    imports.setdefault(alias.asname or whole, Imported(whole, None))
            elif isinstance(node, ast.ImportFrom):
                source = self.project.relative(node.level, node.module, module)
                for alias in node.names:
                    if alias.name == "*":
                        self._stars[module] += [source] if source not in self._stars[module] else []
                    else:
                        name = alias.asname or alias.name
                        imports.setdefault(name, Imported(source, alias.name))

    def _follow(self, imported: Imported, importer: Module, seen: frozenset[Module]) -> Values:
        source = self.project.module(imported.module, importer)
        if imported.name is None:
            return only(self._outside(imported.module, importer))
        if source is not None and (found := self._member(source, imported.name, seen)):
            return found
        inner = self._outside(f"{imported.module}.{imported.name}", importer)
        # A name that the project's module computes is neither a module nor of others.
        return NOTHING if source is not None and isinstance(inner, Outside) else only(inner)

    def _outside(self, dotted: str, importer: Module) -> Value:
        module = self.project.module(dotted, importer)
        if module is None or module is importer:
            return Outside(dotted)
        return InModule(module)

    def _through_star(self, module: Module, name: str) -> tuple[Module, str]:
        if name in module.bound_at_top:
            return module, name
        for star in self._stars[module]:
            source = self.project.module(star, module)
            if source is not None and name in source.bound_at_top:
                return self.origin(source, name)
        return module, name


def annotation_of(text: str) -> ast.expr | None:
    """What a quoted annotation says; None where that is no expression."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None


def last_name(expression: ast.expr) -> str:
    """The last of names with dots between them; empty for anything else."""
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _statements_at_top(node: ast.AST) -> Iterator[ast.AST]:
    for inner in inner_statements(node):
        yield inner
        if not isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from _statements_at_top(inner)


def _definitions(module: Module) -> Iterator[tuple[str, Value]]:
    for node in _statements_at_top(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, TheFunction(module.functions[node])
        elif isinstance(node, ast.ClassDef):
            yield node.name, TheClass(module.classes[node])
