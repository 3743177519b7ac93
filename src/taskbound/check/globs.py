"""Globs of paths, as .gitignore and ruff read them: `tests/**`, `**/migrations/*.py`, `conftest.py`."""

from __future__ import annotations

import re
from functools import cache

_WILD = {"**/": "(?:.*/)?", "/**": "/.*", "**": ".*", "*": "[^/]*", "?": "[^/]"}


class Glob:
    """A pattern for paths. One without a slash matches a name anywhere; a folder matches all below it."""

    __slots__ = ("_pattern", "text")

    def __init__(self, text: str) -> None:
        self.text: str = text
        self._pattern: re.Pattern[str] = _compiled(text)

    def matches(self, path: str) -> bool:
        """Does a relative path with slashes match?"""
        return self._pattern.fullmatch(path) is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Glob) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Glob({self.text!r})"


@cache
def _compiled(text: str) -> re.Pattern[str]:
    stripped = text.removeprefix("./").strip("/")
    before = "" if "/" in stripped else "(?:.*/)?"
    return re.compile(f"{before}{_expression(stripped)}(?:/.*)?", re.DOTALL)


def _expression(glob: str) -> str:
    return "".join(_part(part) for part in re.split(r"(\*\*/|/\*\*$|\*\*|\*|\?|\[[^\]]+\])", glob))


def _part(part: str) -> str:
    if part.startswith("[") and part.endswith("]"):
        return "[^" + part[2:] if part.startswith("[!") else part
    return _WILD.get(part) or re.escape(part)
