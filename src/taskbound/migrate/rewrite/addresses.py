"""Where the URL of an engine is written, however it gets there."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from taskbound.migrate.module import own_nodes
from taskbound.migrate.names import last_name
from taskbound.migrate.values import InModule, Instance, TheClass, TheFunction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from taskbound.migrate.inference import Inference
    from taskbound.migrate.module import Class, Function, Module

_DEEPEST = 6
_PASS_ON = frozenset({"str", "make_url", "PostgresDsn", "Field", "SecretStr", "render_as_string"})
_ENVIRONMENT = frozenset({"getenv", "get", "config", "env"})


@dataclass(frozen=True, slots=True)
class Address:
    """A string that a URL is, or begins with."""

    module: Module
    node: ast.expr
    text: str
    from_environment: bool = False
    """Whether it only stands in for a setting that may be given from outside."""


class Addresses:
    """The URLs of a project's engines."""

    def __init__(self, inference: Inference) -> None:
        self._inference = inference
        self._calls: dict[Function, list[tuple[ast.Call, Module]]] = defaultdict(list)
        for module in inference.modules:
            for node in module.nodes:
                if isinstance(node, ast.Call):
                    for called in self._called(node):
                        self._calls[called].append((node, module))

    def of(self, expression: ast.expr, module: Module) -> list[Address]:
        """The strings that an expression is computed from; none where that is not known."""
        return list(dict.fromkeys(self._of(expression, module, _DEEPEST)))

    def _called(self, call: ast.Call) -> Iterator[Function]:
        for value in self._inference.of(call.func):
            if isinstance(value, TheFunction):
                yield value.of
            elif isinstance(value, TheClass) and "__init__" in value.of.methods:
                yield value.of.methods["__init__"]

    def _of(self, node: ast.expr | None, module: Module, depth: int) -> Iterator[Address]:
        if node is None or depth == 0:
            return
        match node:
            case ast.Constant(value=str(text)):
                yield Address(module, node, text)
            case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
                yield Address(module, node, text)
            case ast.BinOp(left=left):
                yield from self._of(left, module, depth - 1)
            case ast.IfExp(body=body, orelse=orelse):
                yield from self._of(body, module, depth - 1)
                yield from self._of(orelse, module, depth - 1)
            case ast.BoolOp(values=values):
                for value in values:
                    yield from self._of(value, module, depth - 1)
            case ast.Call():
                yield from self._call(node, module, depth - 1)
            case ast.Name(id=name):
                yield from self._name(name, node, module, depth - 1)
            case ast.Attribute(value=value, attr=name):
                yield from self._attribute(value, name, depth - 1)

    def _call(self, call: ast.Call, module: Module, depth: int) -> Iterator[Address]:
        name = last_name(call.func)
        keywords = {each.arg: each.value for each in call.keywords}
        if name in _ENVIRONMENT:
            default = call.args[1] if len(call.args) > 1 else keywords.get("default")
            for found in self._of(default, module, depth):
                yield replace(found, from_environment=True)
        elif name in _PASS_ON:
            given = call.args[0] if call.args else keywords.get("default")
            yield from self._of(given, module, depth)
        elif name in {"create", "URL"}:
            given = call.args[0] if call.args else keywords.get("drivername")
            yield from self._of(given, module, depth)

    def _name(self, name: str, node: ast.expr, module: Module, depth: int) -> Iterator[Address]:
        function = module.function_of(node)
        if function is not None and name in self._inference.evaluation.locals(function):
            for value in _assigned(function.node, name):
                yield from self._of(value, module, depth)
            yield from self._given(function, name, depth)
            return
        source, original = self._inference.names.origin(module, name)
        for value in _assigned(source.tree, original):
            yield from self._of(value, source, depth)

    def _given(self, function: Function, name: str, depth: int) -> Iterator[Address]:
        """What callers hand over for a parameter."""
        names = [each.arg for each in function.parameters]
        if name not in names:
            return
        place = names.index(name) - (1 if function.owner is not None else 0)
        for call, module in self._calls.get(function, ()):
            keywords = {each.arg: each.value for each in call.keywords}
            given = call.args[place] if 0 <= place < len(call.args) else keywords.get(name)
            yield from self._of(given, module, depth)

    def _attribute(self, value: ast.expr, name: str, depth: int) -> Iterator[Address]:
        for owner in self._inference.of(value):
            if isinstance(owner, InModule):
                for found in _assigned(owner.module.tree, name):
                    yield from self._of(found, owner.module, depth)
            elif isinstance(owner, Instance | TheClass):
                for base in self._inference.names.bases(owner.of):
                    yield from self._of_class(base, name, depth)

    def _of_class(self, of: Class, name: str, depth: int) -> Iterator[Address]:
        for value in _assigned(of.node, name):
            # A field of settings may be given by the environment as well.
            for found in self._of(value, of.module, depth):
                yield replace(found, from_environment=_is_settings(of))
        if method := of.methods.get(name):
            for node in method.module.own(method.node):
                if isinstance(node, ast.Return):
                    yield from self._of(node.value, of.module, depth)


def _assigned(scope: ast.AST, name: str) -> Iterator[ast.expr]:
    for node in own_nodes(scope):
        match node:
            case ast.Assign(targets=targets, value=value):
                if any(isinstance(each, ast.Name) and each.id == name for each in targets):
                    yield value
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value):
                if target == name:
                    yield value


def _is_settings(of: Class) -> bool:
    return any(last_name(base) == "BaseSettings" for base in of.node.bases)
