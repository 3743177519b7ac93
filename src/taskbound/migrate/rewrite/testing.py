"""Tests and fixtures that wait, as pytest-asyncio has them."""

from __future__ import annotations

import ast
import re
from functools import cache
from typing import TYPE_CHECKING

from taskbound.migrate.names import last_name

if TYPE_CHECKING:
    from pathlib import Path

    from taskbound.migrate.module import Function
    from taskbound.migrate.rewrite.rewriting import Rewriting

_CONFIGURATION = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_AUTO = re.compile(r"asyncio_mode\s*=\s*[\"']?auto")


class Testing:
    """The tests and fixtures of one file."""

    __test__ = False

    def __init__(self, rewriting: Rewriting) -> None:
        self._rewriting = rewriting
        self._text = rewriting.text
        self._edits = rewriting.edits
        self._is_auto = _is_auto(rewriting.module.path.resolve().parent)

    def apply(self) -> None:
        """Mark what pytest calls, unless pytest-asyncio takes all coroutine functions by itself."""
        entries = self._rewriting.colour.entries
        for function in self._rewriting.module.functions.values():
            if function not in self._rewriting.colour.functions:
                continue
            fixture = entries.fixture(function)
            if fixture is not None:
                self._fixture(function, fixture)
            elif entries.is_test(function) and not self._is_auto and not self._is_marked(function):
                self._mark(function)

    def _fixture(self, function: Function, decorator: ast.expr) -> None:
        call = decorator if isinstance(decorator, ast.Call) else None
        if call and any(each.arg == "scope" for each in call.keywords):
            self._rewriting.leave(
                function.node,
                f"`{function.name}` outlives its test, and so its event loop: give it a loop_scope",
            )
        bare = call.func if call else decorator
        if not self._is_auto and last_name(bare) == "fixture":
            plugin = self._rewriting.imports.want_module("pytest_asyncio")
            self._edits.replace(*self._text.span(bare), f"{plugin}.fixture")
            if isinstance(bare, ast.Name):
                self._rewriting.imports.drop(bare)

    def _mark(self, function: Function) -> None:
        pytest = self._rewriting.imports.want_module("pytest")
        first = min([function.node.lineno, *(d.lineno for d in function.node.decorator_list)])
        indentation = self._text.indentation(first)
        line = self._text.start_of_line(first)
        self._edits.indent(line, f"{indentation}@{pytest}.mark.asyncio\n")

    def _is_marked(self, function: Function) -> bool:
        wanted = {"asyncio", "anyio"}
        inner = (n for d in function.node.decorator_list for n in ast.walk(d))
        if any(isinstance(node, ast.Attribute) and node.attr in wanted for node in inner):
            return True
        return any(
            isinstance(statement, ast.Assign)
            and last_name(statement.targets[0]) == "pytestmark"
            and any(isinstance(n, ast.Attribute) and n.attr in wanted for n in ast.walk(statement))
            for statement in self._rewriting.module.tree.body
        )


@cache
def _is_auto(folder: Path) -> bool:
    """Whether the nearest configuration above a folder gives every coroutine function to the plugin."""
    for above in (folder, *folder.parents):
        for name in _CONFIGURATION:
            path = above / name
            if path.is_file():
                text = path.read_text(encoding="utf-8", errors="replace")
                if "pytest" in text:
                    return _AUTO.search(text) is not None
    return False
