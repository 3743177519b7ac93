"""Names of the synchronous face, and what they are called on the asynchronous one."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from taskbound.migrate.values import Outside, of_type
from taskbound.migrate.vocabulary import LISTENERS, QUERIES, RENAMED, New

if TYPE_CHECKING:
    from taskbound.migrate.module import Module
    from taskbound.migrate.names import Names
    from taskbound.migrate.rewrite.rewriting import Rewriting


def renamed(name: str, module: Module, names: Names) -> New | None:
    """What the import of a name has to become; None where it stays."""
    if name not in names.imports(module):
        return None
    found = of_type(names.member(module, name), Outside)
    return RENAMED.get(found[0].name) if found else None


class Renaming:
    """The names of one file."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting
        self._module = rewriting.module
        self._names = rewriting.inference.names
        inference = rewriting.inference
        self._listens = any(
            inference.is_listener(each) for each in self._module.functions.values()
        ) or any(
            isinstance(node, ast.Call) and self._names.outside(node.func, self._module) in LISTENERS
            for node in self._module.nodes
        )
        # By the name here: what it is called afterwards.
        self._local: dict[str, str] = {}
        self._kept: set[str] = set()
        self._used: set[str] = set()

    def apply(self) -> None:
        """Change the names, and the imports that they come from."""
        statements = [n for n in self._module.statements if isinstance(n, ast.ImportFrom)]
        for name in self._names.imports(self._module):
            if new := renamed(name, self._module, self._names):
                self._local[name] = self._called(name, new)
        for node in self._module.nodes:
            if not self._stays(node):
                self._use(node)
            elif isinstance(node, ast.Name):
                self._kept.add(node.id)
        for statement in statements:
            for alias in statement.names:
                self._import(statement, alias)

    def _called(self, name: str, new: New) -> str:
        imported = self._names.imports(self._module)[name]
        return name if imported.name != name else new.name

    def _use(self, node: ast.AST) -> None:
        match node:
            case ast.Name(id=name, ctx=ast.Load()) if name in self._local:
                self._used.add(name)
                self._put(node, self._local[name])
            case ast.Attribute():
                outside = self._names.outside(node, self._module)
                if new := RENAMED.get(outside):
                    self._put(node, self._rewriting.imports.want(*new))
            case ast.Constant(value=str(text)) if self._is_annotation(node):
                self._quoted(node, text)

    def _put(self, node: ast.Name | ast.Attribute, new: str) -> None:
        span = self._rewriting.text.span(node)
        if self._rewriting.is_placed(node):
            self._rewriting.edits.replace(*span, new)
        if self._names.outside(node, self._module) in QUERIES:
            self._parameters(node)

    def _parameters(self, node: ast.expr) -> None:
        """`Query[User]` is `Select[tuple[User]]`."""
        parent = self._module.parent(node)
        if isinstance(parent, ast.Subscript) and parent.value is node:
            span = self._rewriting.text.span(parent.slice)
            self._rewriting.edits.wrap(span, "tuple[", "]")

    def _quoted(self, node: ast.Constant, text: str) -> None:
        new = text
        for name, called in self._local.items():
            new = re.sub(rf"\b{re.escape(name)}\b", called, new)
        if new != text:
            written = self._rewriting.text.of(node)
            if text in written:
                span = self._rewriting.text.span(node)
                self._rewriting.edits.replace(*span, written.replace(text, new))

    def _is_annotation(self, node: ast.AST) -> bool:
        inside = node
        for outer in self._module.above(node):
            if isinstance(outer, ast.arg | ast.AnnAssign):
                return inside is outer.annotation
            if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
                return inside is outer.returns
            if isinstance(outer, ast.stmt):
                return False
            inside = outer
        return False

    def _stays(self, node: ast.AST) -> bool:
        """Whether a name is told to SQLAlchemy's events, which are those of the synchronous face."""
        if not self._listens or not isinstance(node, ast.Name | ast.Attribute | ast.Constant):
            return False
        for outer in self._module.above(node):
            match outer:
                case ast.Call(func=func):
                    if self._names.outside(func, self._module) in LISTENERS:
                        return True
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    function = self._module.functions[outer]
                    if self._rewriting.inference.is_listener(function):
                        return True
        return False

    def _import(self, statement: ast.ImportFrom, alias: ast.alias) -> None:
        local = alias.asname or alias.name
        new = renamed(local, self._module, self._names)
        if new is None or local not in self._local:
            return
        imports = self._rewriting.imports
        source = self._rewriting.inference.project.relative(
            statement.level, statement.module, self._module
        )
        called = self._local[local]
        if self._rewriting.inference.project.module(source, self._module) is not None:
            # A name that a file of the project hands on is handed on under its new name.
            new = New("." * statement.level + (statement.module or ""), called)
            if alias.asname is not None:
                return
        if local in self._kept:
            if local in self._used:
                imports.want(*new)
        else:
            imports.move(statement, alias, new, called)
