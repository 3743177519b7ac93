"""Which assignments of a name can be what a read of it sees, in one function."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskbound.migrate.module import Module

Binding = ast.Name | ast.arg
_Loop = ast.For | ast.AsyncFor | ast.While
_Inner = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda


class Reaching:
    """The bindings of one function's, or one module's, names."""

    def __init__(self, module: Module, scope: ast.AST) -> None:
        self._module = module
        self._bindings: dict[str, list[ast.Name]] = defaultdict(list)
        for node in module.own(scope):
            is_bound = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            if isinstance(node, ast.Name) and is_bound and self._inner_of(node) is None:
                self._bindings[node.id].append(node)
        self._known: dict[ast.Name, tuple[list[Binding], bool]] = {}

    def of(self, read: ast.Name) -> tuple[list[Binding], bool]:
        """The bindings that a read can see, and whether it sees what the function was given as well."""
        if read not in self._known:
            self._known[read] = self._of(read)
        return self._known[read]

    def _of(self, read: ast.Name) -> tuple[list[Binding], bool]:
        if inner := self._bound_inside(read):
            return inner, False
        above = [read, *self._module.above(read)]
        bindings = self._bindings.get(read.id, [])
        before = [each for each in bindings if self._is_before(each, read, above)]
        dominating = [each for each in before if self._dominates(each, above)]
        last = max(dominating, key=_position, default=None)
        seen: list[Binding] = [
            each for each in before if last is None or _position(each) >= _position(last)
        ]
        for loop in above:
            if isinstance(loop, _Loop) and not (last and self._is_inside(last, loop)):
                seen += [b for b in bindings if b not in seen and self._is_inside(b, loop)]
        return seen, last is None

    def _bound_inside(self, read: ast.Name) -> list[Binding]:
        """The variables of a comprehension or lambda around a read, which nothing outside sees."""
        for outer in self._module.above(read):
            if isinstance(outer, ast.stmt):
                break
            if isinstance(outer, _Inner) and (found := _variables(outer, read.id)):
                return found
        return []

    def _inner_of(self, binding: ast.Name) -> ast.AST | None:
        """The comprehension whose variable a name is."""
        inside: ast.AST = binding
        for outer in self._module.above(binding):
            if isinstance(outer, ast.comprehension):
                return outer if inside is outer.target else None
            if isinstance(outer, ast.stmt):
                return None
            inside = outer
        return None

    def _is_before(self, binding: ast.Name, read: ast.Name, above: list[ast.AST]) -> bool:
        statement = self._module.statement(binding)
        if statement in above:
            # A loop binds for its body; a `with` for its own; an assignment only afterwards.
            if isinstance(statement, ast.For | ast.AsyncFor):
                return not any(each is statement.iter for each in above)
            if isinstance(statement, ast.With | ast.AsyncWith):
                return _position(binding) < _position(read)
            return isinstance(self._module.parent(binding), ast.NamedExpr)
        return _position(binding) < _position(read)

    def _dominates(self, binding: ast.Name, above: list[ast.AST]) -> bool:
        """Whether a binding before a read is made on every way to it."""
        statement = self._module.statement(binding)
        if isinstance(statement, ast.For | ast.AsyncFor):
            beside = (each for each in above if self._module.parents.get(each) is statement)
            return any(each is other for each in beside for other in statement.body)
        if statement in above:
            return True
        around = self._module.parent(statement)
        block = _block_of(statement, around)
        beside = (each for each in above if self._module.parents.get(each) is around)
        return any(each is other for each in beside for other in block)

    def _is_inside(self, binding: ast.Name, loop: ast.AST) -> bool:
        return any(outer is loop for outer in self._module.above(binding))


def _variables(inner: ast.AST, name: str) -> list[Binding]:
    if isinstance(inner, ast.Lambda):
        arguments = (*inner.args.posonlyargs, *inner.args.args, *inner.args.kwonlyargs)
        return [each for each in arguments if each.arg == name]
    found: list[Binding] = []
    for generator in getattr(inner, "generators", ()):
        targets = (each for each in ast.walk(generator.target) if isinstance(each, ast.Name))
        found += [each for each in targets if each.id == name]
    return found


def _block_of(statement: ast.stmt, parent: ast.AST) -> list[ast.stmt]:
    """The statements among which one stands."""
    for field in ("body", "orelse", "finalbody", "handlers"):
        block = getattr(parent, field, None)
        if isinstance(block, list) and statement in block:
            return block
    return [statement]


def _position(node: ast.Name | ast.arg) -> tuple[int, int]:
    return node.lineno, node.col_offset
