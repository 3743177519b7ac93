"""The mapped classes of a project and their relations."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from taskbound.migrate.names import annotation_of, last_name
from taskbound.migrate.tree import all_nodes
from taskbound.migrate.values import TheClass, of_type

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.migrate.module import Class, Module
    from taskbound.migrate.names import Names

_COLUMNS = frozenset({"Column", "mapped_column", "relationship", "relation"})
_RELATIONS = frozenset({"relationship", "relation", "Relationship"})
_COLLECTIONS = frozenset(
    {"list", "List", "set", "Set", "Sequence", "Collection", "dict", "Dict", "DynamicMapped"}
)
# What a mapper loads with the object, so that reading it sends nothing.
EAGER = frozenset({"selectin", "joined", "subquery", "immediate", "False"})
# What is no collection of objects but a query of its own.
DYNAMIC = frozenset({"dynamic", "write_only"})


@dataclass(frozen=True, slots=True)
class Relation:
    """An attribute of a mapped class that leads to objects of another."""

    owner: Class
    name: str
    target: Class
    many: bool
    lazy: str
    """How the mapper loads it, `select` unless it says."""
    backref: ast.Call | None = None
    """The relation of the other class that makes it, where it is not written in its own."""


class Models:
    """What is mapped, read from source."""

    def __init__(self, names: Names) -> None:
        self._names = names
        classes = [of for module in names.project.modules for of in module.classes.values()]
        self._mapped = {of for of in classes if any(_maps(base) for base in names.bases(of))}
        self._by_name: dict[str, list[Class]] = defaultdict(list)
        for of in self._mapped:
            self._by_name[of.name].append(of)
        self._relations: dict[Class, dict[str, Relation]] = defaultdict(dict)
        for of in classes:
            self._collect(of)

    def is_mapped(self, of: Class) -> bool:
        """Whether objects of a class are rows."""
        return of in self._mapped

    def relation(self, of: Class, name: str) -> Relation | None:
        """The relation that an attribute of a class is, be it of a base; None where it is none."""
        for base in self._names.bases(of):
            if name in self._relations[base]:
                return self._relations[base][name]
        return None

    def relations(self, of: Class) -> list[Relation]:
        """All of them."""
        return [each for base in self._names.bases(of) for each in self._relations[base].values()]

    def _collect(self, of: Class) -> None:
        for name, annotation, call in _attributes(of):
            target = self._target(of.module, annotation, call)
            if target is None:
                continue
            lazy = _keyword(call, "lazy") or ("dynamic" if _is_dynamic(annotation) else "select")
            many = self._is_many(of, target, annotation, call)
            self._relations[of][name] = Relation(of, name, target, many, lazy)
            self._add_backref(of, target, call, many=many)

    def _add_backref(self, of: Class, target: Class, call: ast.Call, *, many: bool) -> None:
        given = _argument(call, "backref")
        inner = given if isinstance(given, ast.Call) else None
        name = _text(inner.args[0] if inner and inner.args else given)
        if not name:
            return
        lazy = (_keyword(inner, "lazy") if inner else "") or "select"
        back = not many or _argument(call, "secondary") is not None
        if inner and _keyword(inner, "uselist") == "False":
            back = False
        made = Relation(target, name, of, back, lazy, backref=call)
        self._relations[target].setdefault(name, made)

    def _target(self, module: Module, annotation: ast.expr | None, call: ast.Call) -> Class | None:
        given = call.args[0] if call.args else _argument(call, "argument")
        if isinstance(given, ast.Lambda):
            given = given.body
        named = given if given is not None else annotation
        for expression in names_in(named):
            found = of_type(self._names.of(expression, module), TheClass)
            if found and found[0].of in self._mapped:
                return found[0].of
            # Models name each other by class, as the registry knows them, imported or not.
            known = self._by_name.get(last_name(expression), [])
            if len(known) == 1:
                return known[0]
        return None

    def _is_many(
        self, of: Class, target: Class, annotation: ast.expr | None, call: ast.Call
    ) -> bool:
        if _argument(call, "secondary") is not None:
            return True
        if uselist := _keyword(call, "uselist"):
            return uselist == "True"
        inner = _unmapped(annotation)
        if inner is not None:
            return isinstance(inner, ast.Subscript) and last_name(inner.value) in _COLLECTIONS
        if _argument(call, "remote_side") is not None:
            return False
        return not self._refers(of, target)

    def _refers(self, of: Class, target: Class) -> bool:
        """Whether a class has a foreign key to the table of another one."""
        tables = {table for base in self._names.bases(target) for table in _tables(base)}
        return any(
            key.partition(".")[0] in tables or key.rpartition(".")[0] in tables
            for base in self._names.bases(of)
            for key in _foreign_keys(base)
        )


def _maps(of: Class) -> bool:
    if any(keyword.arg == "table" for keyword in of.node.keywords):
        return True
    for statement in of.node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__tablename__" | "__table__")]):
                return True
            case ast.AnnAssign(target=ast.Name(id="__tablename__" | "__table__")):
                return True
            case ast.Assign(value=ast.Call(func=func)) | ast.AnnAssign(value=ast.Call(func=func)):
                if last_name(func) in _COLUMNS:
                    return True
    return False


def _attributes(of: Class) -> Iterator[tuple[str, ast.expr | None, ast.Call]]:
    for statement in of.node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func) as call):
                if last_name(func) in _RELATIONS:
                    yield name, None, call
            case ast.AnnAssign(
                target=ast.Name(id=name), annotation=annotation, value=ast.Call(func=func) as call
            ):
                if last_name(func) in _RELATIONS:
                    yield name, annotation, call


def names_in(expression: ast.expr | None) -> Iterator[ast.expr]:
    """The names in an annotation, the innermost first, so that `list["Order"]` is about orders."""
    match expression:
        case None:
            return
        case ast.Constant(value=str(text)):
            yield from names_in(annotation_of(text))
        case ast.Subscript(value=value, slice=inner):
            yield from names_in(inner)
            yield value
        case ast.BinOp(left=left, right=right):
            yield from names_in(left)
            yield from names_in(right)
        case ast.Tuple(elts=elements):
            for element in elements:
                yield from names_in(element)
        case _:
            yield expression


def _unmapped(annotation: ast.expr | None) -> ast.expr | None:
    """What stands inside of `Mapped[...]`."""
    match annotation:
        case ast.Constant(value=str(text)):
            return _unmapped(annotation_of(text))
        case ast.Subscript(value=value, slice=inner) if last_name(value) == "Mapped":
            return _unmapped(inner)
    return annotation


def _is_dynamic(annotation: ast.expr | None) -> bool:
    inner = _unmapped(annotation)
    name = last_name(inner.value) if isinstance(inner, ast.Subscript) else ""
    return name in {"DynamicMapped", "WriteOnlyMapped"}


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    values = (keyword.value for keyword in call.keywords if keyword.arg == name)
    return next(values, None)


def _keyword(call: ast.Call, name: str) -> str:
    value = _argument(call, name)
    return str(value.value) if isinstance(value, ast.Constant) else ""


def _text(expression: ast.expr | None) -> str:
    match expression:
        case ast.Constant(value=str(text)):
            return text
    return ""


def _tables(of: Class) -> Iterator[str]:
    for statement in of.node.body:
        match statement:
            case ast.Assign(
                targets=[ast.Name(id="__tablename__")], value=ast.Constant(value=str(name))
            ):
                yield name
    # SQLModel calls a table after its class.
    if any(keyword.arg == "table" for keyword in of.node.keywords):
        yield of.name.lower()


def _foreign_keys(of: Class) -> Iterator[str]:
    for node in all_nodes(of.node):
        if isinstance(node, ast.Call):
            if last_name(node.func) == "ForeignKey" and node.args:
                yield _text(node.args[0])
            yield _keyword(node, "foreign_key")
