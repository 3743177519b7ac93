"""One module of a package, with places as offsets, so that an edit is a slice."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Change:
    """Text to put in place of what stands between two offsets."""

    start: int
    end: int
    text: str


class Code:
    """A module's text and tree."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self.text = text
        self.tree = ast.parse(text)
        self.lines = text.split("\n")
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line) + 1)

    @cached_property
    def owned(self) -> dict[ast.AST, list[ast.AST]]:
        """The nodes of each function without those of functions in it; those of the module under its tree."""
        self.parents: dict[ast.AST, ast.AST] = {}
        self._owners: dict[ast.AST, ast.AST] = {}
        self._classes: dict[ast.AST, ast.ClassDef | None] = {self.tree: None}
        self.calls: dict[str, list[ast.Call]] = {}
        found: dict[ast.AST, list[ast.AST]] = {self.tree: []}
        waiting: list[tuple[ast.AST, ast.AST, ast.ClassDef | None]] = [(self.tree, self.tree, None)]
        while waiting:
            node, owner, cls = waiting.pop()
            for child in ast.iter_child_nodes(node):
                self.parents[child], self._owners[child], self._classes[child] = node, owner, cls
                found[owner].append(child)
                if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                    found[child] = []
                    waiting.append((child, child, cls))
                else:
                    waiting.append(
                        (child, owner, child if isinstance(child, ast.ClassDef) else cls)
                    )
                if isinstance(child, ast.Call):
                    self.calls.setdefault(_last_name(child.func), []).append(child)
        for nodes in found.values():
            nodes.sort(
                key=lambda each: (getattr(each, "lineno", 0), getattr(each, "col_offset", 0))
            )
        return found

    @cached_property
    def functions(self) -> list[Function]:
        return [
            node for node in self.owned if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [
            node
            for nodes in self.owned.values()
            for node in nodes
            if isinstance(node, ast.ClassDef)
        ]

    @cached_property
    def coroutines(self) -> list[ast.AsyncFunctionDef]:
        return [each for each in self.functions if isinstance(each, ast.AsyncFunctionDef)]

    def function_of(self, node: ast.AST) -> Function | None:
        owner = self._owners.get(node) if self.owned else None
        return owner if isinstance(owner, ast.FunctionDef | ast.AsyncFunctionDef) else None

    def class_of(self, node: ast.AST) -> ast.ClassDef | None:
        return self._classes.get(node) if self.owned else None

    def start(self, node: ast.AST) -> int:
        return self._at(node.lineno, node.col_offset)  # type: ignore[attr-defined]  # asked of nodes with a place

    def end(self, node: ast.AST) -> int:
        return self._at(node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]  # asked of nodes with a place

    def of(self, node: ast.AST | None) -> str:
        """The text of a node."""
        return "" if node is None else self.text[self.start(node) : self.end(node)]

    def indent(self, statement: ast.stmt) -> str:
        line = self.lines[statement.lineno - 1]
        return line[: len(line) - len(line.lstrip())]

    def alone(self, statement: ast.stmt) -> bool:
        """It has its lines for itself, so that lines can be put before and after it."""
        before = self.lines[statement.lineno - 1][: statement.col_offset]
        after = self.text[self.end(statement) : self._starts[statement.end_lineno or 0] - 1].strip()
        return not before.strip() and (not after or after.startswith("#"))

    # edits

    def replaced(self, node: ast.AST, text: str) -> Change:
        return Change(self.start(node), self.end(node), text)

    def before(self, statement: ast.stmt, *lines: str) -> Change:
        at = self._starts[statement.lineno - 1]
        return Change(at, at, "".join(f"{self.indent(statement)}{line}\n" for line in lines))

    def after(self, statement: ast.stmt, *lines: str) -> Change:
        at = self._starts[statement.end_lineno or 0] - 1
        return Change(at, at, "".join(f"\n{self.indent(statement)}{line}" for line in lines))

    def at_end(self, text: str) -> Change:
        return Change(len(self.text), len(self.text), f"\n\n{text}\n")

    def importing(self, statement: str) -> Change | None:
        """An import in the line of the first import, so that no line moves."""
        for node in self.tree.body:
            if isinstance(node, ast.Import) or (
                isinstance(node, ast.ImportFrom) and node.module != "__future__"
            ):
                at = self.start(node)
                return Change(at, at, f"{statement}; ")
        return None

    def without_await(self, node: ast.Await) -> Change:
        return Change(self.start(node), self.start(node.value), "")

    def _at(self, line: int, column: int) -> int:
        text = self.lines[line - 1]
        if text.isascii():
            return self._starts[line - 1] + column
        return self._starts[line - 1] + len(text.encode()[:column].decode())


def _last_name(node: ast.AST) -> str:
    return (
        node.attr
        if isinstance(node, ast.Attribute)
        else node.id
        if isinstance(node, ast.Name)
        else ""
    )


def changed(text: str, changes: tuple[Change, ...]) -> str:
    """The text with the changes made, from the last to the first."""
    for change in sorted(changes, key=lambda each: (each.start, each.end), reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    return text
