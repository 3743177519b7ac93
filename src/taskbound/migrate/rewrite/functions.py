"""Functions that become coroutine functions: `def`, what they say that they return, their decorators."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from taskbound.migrate.entries import block_method
from taskbound.migrate.names import last_name
from taskbound.migrate.vocabulary import CONTEXT_MANAGERS, GENERATORS

if TYPE_CHECKING:
    from taskbound.migrate.module import Function
    from taskbound.migrate.rewrite.rewriting import Rewriting

_UNIT_TESTS = {
    "setUp": "asyncSetUp",
    "tearDown": "asyncTearDown",
}


class Functions:
    """The coroutine functions of one file."""

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting
        self._text = rewriting.text
        self._edits = rewriting.edits

    def apply(self) -> None:
        """Change every function of the file that waits."""
        colour = self._rewriting.colour
        for function in self._rewriting.module.functions.values():
            if function in colour.functions:
                self._make(function)
            elif function in colour.refused:
                self._rewriting.leave(function.node, colour.entries.refusal(function))

    def _make(self, function: Function) -> None:
        self._edits.insert(self._text.span(function.node).start, "async ")
        if note := self._rewriting.colour.entries.note(function):
            self._rewriting.leave(function.node, note)
        if function.is_generator and function.node.returns is not None:
            self._generator(function.node.returns)
        for decorator in function.node.decorator_list:
            self._decorator(decorator)
        if block_method(function.name) != function.name and function.owner is not None:
            self._rename(function, block_method(function.name))
        if self._rewriting.colour.entries.is_unit_test(function.owner):
            self._unit_test(function)

    def _generator(self, returns: ast.expr) -> None:
        """`Generator[Session, None, None]` is `AsyncGenerator[Session, None]`."""
        if not isinstance(returns, ast.Subscript):
            return
        name = last_name(returns.value)
        if name not in GENERATORS:
            return
        outside = self._rewriting.inference.names.outside(returns.value, self._rewriting.module)
        source = outside.rpartition(".")[0] or "collections.abc"
        if isinstance(returns.value, ast.Name):
            new = self._rewriting.imports.want(source, GENERATORS[name])
            self._rewriting.imports.drop(returns.value)
            self._edits.replace(*self._text.span(returns.value), new)
        else:
            end = self._text.span(returns.value).end
            self._edits.replace(end - len(name), end, GENERATORS[name])
        if name == "Generator" and isinstance(returns.slice, ast.Tuple):
            parts = returns.slice.elts
            end = self._text.span(parts[-1]).end
            self._edits.replace(self._text.span(parts[-2]).end, end, "")

    def _decorator(self, decorator: ast.expr) -> None:
        module = self._rewriting.module
        new = CONTEXT_MANAGERS.get(self._rewriting.inference.names.outside(decorator, module))
        if new is None:
            return
        if isinstance(decorator, ast.Name):
            self._rewriting.imports.drop(decorator)
            local = self._rewriting.imports.want(*new)
            self._edits.replace(*self._text.span(decorator), local)
        else:
            end = self._text.span(decorator).end
            self._edits.replace(end - len(last_name(decorator)), end, new.name)

    def _rename(self, function: Function, new: str) -> None:
        start = self._text.span(function.node).start
        name = self._text.source.index(function.name, start + len("def"))
        self._edits.replace(name, name + len(function.name), new)

    def _unit_test(self, function: Function) -> None:
        owner = function.owner
        assert owner is not None
        if new := _UNIT_TESTS.get(function.name):
            self._rename(function, new)
        elif function.name in {"setUpClass", "tearDownClass"}:
            self._rewriting.leave(
                function.node, f"unittest awaits no `{function.name}`: move it into asyncSetUp"
            )
        for base in owner.node.bases:
            if last_name(base) == "TestCase":
                self._test_case(base)

    def _test_case(self, base: ast.expr) -> None:
        end = self._text.span(base).end
        if isinstance(base, ast.Name):
            new = self._rewriting.imports.want("unittest", "IsolatedAsyncioTestCase")
            self._edits.replace(*self._text.span(base), new)
            self._rewriting.imports.drop(base)
        else:
            self._edits.replace(end - len("TestCase"), end, "IsolatedAsyncioTestCase")
