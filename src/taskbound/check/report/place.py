"""How far a finding reaches on its line: to the end of the expression that begins there."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from taskbound.check.finding import Finding
    from taskbound.check.lines import Lines

_Node = ast.stmt | ast.expr | ast.excepthandler


class Places:
    """The columns below which a finding is underlined."""

    __slots__ = ("_lines", "_starts")

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._starts: dict[str, dict[tuple[int, int], list[_Node]]] = {}

    def span(self, finding: Finding) -> tuple[int, int]:
        """From and to which column, from 0, a finding is underlined on its first line; one at least."""
        line = self._lines.line(finding.path, finding.line)
        start = finding.column - 1
        if line[start:].startswith("#"):
            return start, len(line.rstrip())
        node = self._node(finding, line)
        whole = node is None or isinstance(node, ast.stmt) or node.end_lineno != finding.line
        end = _code_end(line) if whole else _characters(line, node)
        return start, max(end, start + 1)

    def _node(self, finding: Finding, line: str) -> _Node | None:
        """The longest expression that begins and ends as a finding does, or else the statement."""
        if finding.path not in self._starts:
            self._starts[finding.path] = _starts("\n".join(self._lines.of(finding.path)))
        offset = len(line[: finding.column - 1].encode())
        begun = self._starts[finding.path].get((finding.line, offset), [])
        ended = [node for node in begun if node.end_lineno == finding.end_line]
        return next((node for node in ended if isinstance(node, ast.expr)), next(iter(ended), None))


def _starts(text: str) -> dict[tuple[int, int], list[_Node]]:
    """The nodes that begin at each place, the outer ones first."""
    found: dict[tuple[int, int], list[_Node]] = {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return found
    for node in ast.walk(tree):
        if isinstance(node, _Node):
            found.setdefault((node.lineno, node.col_offset), []).append(node)
    return found


def _characters(line: str, node: _Node | None) -> int:
    offset = (node.end_col_offset if node else None) or 0
    return len(line.encode()[:offset].decode(errors="ignore"))


def _code_end(line: str) -> int:
    """Where the code of a line ends, by its looks: before a comment that follows two spaces."""
    return len(line.partition("  #")[0].rstrip())
