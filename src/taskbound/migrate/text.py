"""The text of one file, and where the nodes of its tree stand in it."""

from __future__ import annotations

import ast
import io
import tokenize
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple


class Span(NamedTuple):
    """From one character of a text up to another, which is not in it."""

    start: int
    end: int


class Text:
    """Source code whose lines end as Unix has it."""

    def __init__(self, source: str) -> None:
        self.source = source
        # Not `splitlines`, which splits at form feeds too, where Python's parser does not.
        self.lines: list[str] = source.split("\n")
        self._starts = [0, *accumulate(len(line) + 1 for line in self.lines)]

    def offset(self, line: int, column: int) -> int:
        """The character at a line, from 1, and a column in bytes of UTF-8, from 0: as `ast` counts."""
        text = self.lines[line - 1]
        if not text.isascii():
            column = len(text.encode()[:column].decode(errors="ignore"))
        return self._starts[line - 1] + column

    def start_of_line(self, line: int) -> int:
        """The first character of a line, from 1."""
        return self._starts[line - 1]

    def line_at(self, offset: int) -> int:
        """The line, from 1, that a character is in."""
        return self.source.count("\n", 0, offset) + 1

    def span(self, node: ast.expr | ast.stmt | ast.alias | ast.arg | ast.keyword) -> Span:
        """Where a node stands; decorators are not part of a function or class."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return Span(
            self.offset(node.lineno, node.col_offset),
            self.offset(node.end_lineno, node.end_col_offset),
        )

    def of(self, node: ast.expr | ast.stmt) -> str:
        """A node as it is written."""
        start, end = self.span(node)
        return self.source[start:end]

    def indentation(self, line: int) -> str:
        """What a line begins with before its first character that is no space."""
        text = self.lines[line - 1]
        return text[: len(text) - len(text.lstrip())]

    def begins_its_line(self, node: ast.expr | ast.stmt) -> bool:
        """Whether nothing but spaces stands before a node in its line."""
        start = self.span(node).start
        return not self.source[self.start_of_line(node.lineno) : start].strip()

    def has_comment(self, start: int, end: int) -> bool:
        """Whether a comment lies between two characters."""
        return any(start <= at < end for at in self._comments)

    def inside_string(self, line: int) -> bool:
        """Whether a line begins inside a string of several lines, so that it has no indentation."""
        return line in self._in_strings

    @cached_property
    def _tokens(self) -> list[tokenize.TokenInfo]:
        return list(tokenize.generate_tokens(io.StringIO(self.source).readline))

    @cached_property
    def _comments(self) -> list[int]:
        return [
            self._starts[token.start[0] - 1] + token.start[1]
            for token in self._tokens
            if token.type == tokenize.COMMENT
        ]

    @cached_property
    def _in_strings(self) -> set[int]:
        within: set[int] = set()
        opened: list[int] = []
        for token in self._tokens:
            name = tokenize.tok_name[token.type]
            if name == "STRING":
                within.update(range(token.start[0] + 1, token.end[0] + 1))
            elif name == "FSTRING_START":
                opened.append(token.start[0])
            elif name == "FSTRING_END":
                within.update(range(opened.pop() + 1, token.end[0] + 1))
        return within
