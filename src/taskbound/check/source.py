"""One Python file, read once: its text, its tree, and the places in it."""

from __future__ import annotations

import ast
import tokenize
import warnings
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from taskbound.check.finding import Step


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that is no Python of this version: told once, and skipped."""

    path: str
    line: int
    reason: str


class Source:
    """A file that was parsed. `path` is as findings show it, `module` the dotted name it is imported by."""

    __slots__ = ("_lines", "module", "package", "path", "text", "tree")

    def __init__(self, path: str, module: str, text: str, tree: ast.Module) -> None:
        self.path: str = path
        self.module: str = module
        # Relative imports of a package's __init__ start at itself, those of a module at its parent.
        self.package: str = module if path.endswith("__init__.py") else module.rpartition(".")[0]
        self.text: str = text
        self.tree: ast.Module = tree
        self._lines: list[str] | None = None

    @property
    def lines(self) -> list[str]:
        """The lines, without their ends; `lines[0]` is line 1."""
        if self._lines is None:
            self._lines = self.text.splitlines()
        return self._lines

    def line(self, number: int) -> str:
        """Line `number`, from 1; empty where there is none."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def segment(self, node: ast.AST) -> str:
        """The source of a node as it is written, on one line."""
        first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
        if first is None or last is None:
            return ast.unparse(node)
        begin, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", 0)
        if first == last:
            return _cut(self.line(first), begin, end)
        between = [self.line(number).strip() for number in range(first + 1, last)]
        edges = _cut(self.line(first), begin, None), _cut(self.line(last), 0, end).strip()
        return " ".join([edges[0], *between, edges[1]])

    def step(self, node: ast.AST, text: str) -> Step:
        """A step of a flow at this node."""
        return Step(self.path, getattr(node, "lineno", 1), text)

    def column(self, node: ast.AST) -> int:
        """The column of a node, from 1, in characters (the tree counts bytes)."""
        line, offset = self.line(getattr(node, "lineno", 1)), getattr(node, "col_offset", 0)
        return (
            offset if line.isascii() else len(line.encode()[:offset].decode(errors="ignore"))
        ) + 1


def parse(path: str, module: str, content: bytes) -> Source | Unreadable:
    """The file as a tree, or why it has none."""
    try:
        text = _decoded(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a user's invalid escapes are not this tool's findings
            return Source(path, module, text, ast.parse(text))
    except SyntaxError as error:
        return Unreadable(path, error.lineno or 1, error.msg or "invalid syntax")
    except (UnicodeDecodeError, LookupError, ValueError, RecursionError, MemoryError) as error:
        return Unreadable(path, 1, str(error) or type(error).__name__)


def read(path: Path) -> bytes | None:
    """The bytes of a file, or None where it can't be read."""
    try:
        return path.read_bytes()
    except OSError:
        return None


def is_within(line: int, node: object) -> bool:
    """Is it one of the lines of a node? A module and what else has no place of its own have none."""
    first, last = getattr(node, "lineno", 0), getattr(node, "end_lineno", 0) or 0
    return bool(first <= line <= last)


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding, _ = tokenize.detect_encoding(BytesIO(content).readline)
        text = content.decode(encoding)
    return text


def _cut(line: str, begin: int, end: int | None) -> str:
    """A part of a line; the tree counts in bytes."""
    return line[begin:end] if line.isascii() else line.encode()[begin:end].decode(errors="ignore")
