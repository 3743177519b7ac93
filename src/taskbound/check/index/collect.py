"""A module's facts, read from its tree in one pass over statements; expressions are looked at when they are
asked for.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from taskbound.check.index.facts import Assigned, ClassFacts, FunctionFacts, Import, ModuleFacts
from taskbound.check.source import is_within

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.check.source import Source

    # A module's names, or a class's attributes.
    Names = dict[str, Any]

_COMPOUND = (ast.If, ast.Try, ast.With, ast.AsyncWith, ast.For, ast.AsyncFor, ast.While)


def collect(source: Source) -> ModuleFacts:
    """What a file defines, imports and assigns at its own level."""
    module = ModuleFacts(source)
    module.body = FunctionFacts(source.tree, module, name="<module>")
    _statements(source.tree.body, module)
    if "global " in source.text:
        _globals(module)
    return module


def class_facts(
    node: ast.ClassDef, module: ModuleFacts, outer: ClassFacts | None = None
) -> ClassFacts:
    """A class with its attributes and methods."""
    cls = ClassFacts(node, module, outer)
    module.classes.append(cls)
    _class_body(node.body, cls)
    return cls


def imported(node: ast.Import | ast.ImportFrom, source: Source) -> Iterator[tuple[str, Import]]:
    """The names that an import statement binds. A star is bound to `*`."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            whole = alias.name if alias.asname else alias.name.partition(".")[0]
            yield alias.asname or whole, Import(whole, None)
        return
    base = _base(node, source)
    for alias in node.names:
        yield alias.asname or alias.name, Import(base, alias.name)


def targets(node: ast.expr) -> Iterator[str]:
    """The names that a target of an assignment binds."""
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, (ast.Tuple, ast.List)):
        for item in node.elts:
            yield from targets(item)
    elif isinstance(node, ast.Starred):
        yield from targets(node.value)


def _base(node: ast.ImportFrom, source: Source) -> str:
    if not node.level:
        return node.module or ""
    parts = source.package.split(".") if source.package else []
    kept = parts[: len(parts) - (node.level - 1)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _statements(body: list[ast.stmt], module: ModuleFacts) -> None:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            module.names[node.name] = _function(node, module, None)
        elif isinstance(node, ast.ClassDef):
            module.names[node.name] = class_facts(node, module)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            _imports(node, module)
        elif isinstance(node, _COMPOUND):
            for part in _parts(node):
                _statements(part, module)
        else:
            _assigned(node, module, module.names)


def _imports(node: ast.Import | ast.ImportFrom, module: ModuleFacts) -> None:
    for name, bound in imported(node, module.source):
        if name == "*":
            module.stars.append(bound.module)
        else:
            module.names[name] = bound


def _parts(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        yield getattr(node, field, [])
    for handler in getattr(node, "handlers", []):
        yield handler.body


def _function(
    node: ast.FunctionDef | ast.AsyncFunctionDef, module: ModuleFacts, owner: ClassFacts | None
) -> FunctionFacts:
    facts = FunctionFacts(
        node,
        module,
        name=node.name,
        asynchronous=isinstance(node, ast.AsyncFunctionDef),
        owner=owner,
    )
    module.functions.append(facts)
    return facts


def _class_body(body: list[ast.stmt], cls: ClassFacts) -> None:
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            facts = _function(node, cls.module, cls)
            if not _is_setter(node):  # a setter has its property's name
                cls.methods[node.name] = facts
        elif isinstance(node, ast.ClassDef):
            class_facts(node, cls.module, cls)
        elif isinstance(node, _COMPOUND):
            for part in _parts(node):
                _class_body(part, cls)
        else:
            _assigned(node, cls.module, cls.attributes)


def _is_setter(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    return any(
        isinstance(decorator, ast.Attribute)
        and decorator.attr in ("setter", "deleter", "expression")
        for decorator in node.decorator_list
    )


def _assigned(node: ast.stmt, module: ModuleFacts, names: Names) -> None:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            for name in targets(target):
                _bind(
                    name, node, node.value if isinstance(target, ast.Name) else None, module, names
                )
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        bound = _bind(node.target.id, node, node.value, module, names)
        bound.annotation = node.annotation
    elif type(node).__name__ == "TypeAlias":  # from Python 3.12 on
        _bind(node.name.id, node, node.value, module, names)  # type: ignore[attr-defined]  # as above


def _bind(
    name: str, node: ast.stmt, value: ast.expr | None, module: ModuleFacts, names: Names
) -> Assigned:
    bound = names.get(name)
    if not isinstance(bound, Assigned):
        bound = names[name] = Assigned(name, node, module)
    if value is not None:
        bound.values.append(value)
    return bound


def _globals(module: ModuleFacts) -> None:
    declaring = [
        number for number, line in enumerate(module.source.text.split("\n"), 1) if "global " in line
    ]
    for function in module.functions:
        if not any(is_within(number, function.node) for number in declaring):
            continue
        declared = {
            name
            for node in ast.walk(function.node)
            if isinstance(node, ast.Global)
            for name in node.names
        }
        if declared:
            _assigned_as_global(function.node, declared, module)


def _assigned_as_global(node: ast.AST, declared: set[str], module: ModuleFacts) -> None:
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign):
            for target in inner.targets:
                if isinstance(target, ast.Name) and target.id in declared:
                    _bind(target.id, inner, inner.value, module, module.names)
        elif (
            isinstance(inner, ast.AnnAssign)
            and isinstance(inner.target, ast.Name)
            and inner.target.id in declared
        ):
            _bind(inner.target.id, inner, inner.value, module, module.names)
