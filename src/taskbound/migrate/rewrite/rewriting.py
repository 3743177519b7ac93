"""What all changes of one file share: its edits, its imports, what is known, what is left."""

from __future__ import annotations

import ast
from collections import defaultdict
from typing import TYPE_CHECKING

from taskbound.migrate.outcome import Left
from taskbound.migrate.rewrite.imports import Imports

if TYPE_CHECKING:
    from taskbound.migrate.colour import Colour
    from taskbound.migrate.edits import Edits
    from taskbound.migrate.inference import Inference
    from taskbound.migrate.module import Module
    from taskbound.migrate.text import Span, Text


class Rewriting:
    """One file that is being changed."""

    def __init__(self, module: Module, colour: Colour) -> None:
        self.module = module
        self.colour = colour
        self.inference: Inference = colour.inference
        self.imports: Imports = Imports(module, colour.inference.names)
        self.left: set[Left] = set()
        self._moved: dict[int, str] = defaultdict(str)

    @property
    def text(self) -> Text:
        """The text as it was."""
        return self.module.text

    @property
    def edits(self) -> Edits:
        """Its changes."""
        return self.module.edits

    def leave(self, node: ast.AST, reason: str) -> None:
        """Note a place that is left to people."""
        placed = node.target if isinstance(node, ast.comprehension) else node
        line = getattr(placed, "lineno", 1)
        column = self.text.offset(line, getattr(placed, "col_offset", 0))
        column -= self.text.start_of_line(line)
        self.left.add(Left(self.module.shown, line, column + 1, reason))

    def is_placed(self, node: ast.expr) -> bool:
        """Whether a node stands where its tree says, which before Python 3.12 is not so in every f-string."""
        if not any(isinstance(each, ast.JoinedStr) for each in self.module.above(node)):
            return True
        try:
            found = ast.parse(self.text.of(node), mode="eval").body
        except SyntaxError:
            return False
        return ast.dump(found) == ast.dump(node)

    def wait(self, node: ast.expr, before: str = "", after: str = "", tail: str = "") -> None:
        """Put `await` before an expression, with what goes between, behind it, and behind the whole.

        The whole is bracketed where something is taken of what it gives.
        """
        span = self.text.span(node)
        bracketed = bool(tail) or is_taken_apart(node, self.module)
        opening = "(await " if bracketed else "await "
        self.edits.wrap(span, f"{opening}{before}", f"{after}{')' if bracketed else ''}{tail}")

    def bracket(self, span: Span, node: ast.expr, before: str, after: str, tail: str) -> None:
        """The same with another span than the node's own."""
        bracketed = bool(tail) or is_taken_apart(node, self.module)
        opening = "(await " if bracketed else "await "
        self.edits.wrap(span, f"{opening}{before}", f"{after}{')' if bracketed else ''}{tail}")

    def indentation(self, line: int) -> str:
        """What a line begins with, once it has been moved."""
        return self._moved[line] + self.text.indentation(line)

    def indent(self, first: int, last: int, by: str = "    ") -> None:
        """Move lines to the right, but for those that begin inside a string."""
        for line in range(first, last + 1):
            if self.text.lines[line - 1].strip() and not self.text.inside_string(line):
                self.edits.indent(self.text.start_of_line(line), by)
                self._moved[line] += by


def is_taken_apart(node: ast.expr, module: Module) -> bool:
    """Whether an expression is followed by a dot, a call or an index, which would bind before `await`."""
    match module.parent(node):
        case ast.Attribute() | ast.Subscript(value=ast.expr()) | ast.Call() as parent:
            taken = parent.func if isinstance(parent, ast.Call) else parent.value
            return taken is node
    return False
