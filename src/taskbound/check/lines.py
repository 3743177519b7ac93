"""The lines of a text as Python counts them: a form feed ends none, other than for str.splitlines()."""

from __future__ import annotations

import re
from pathlib import Path

from taskbound.check.decoding import decoded

_END = re.compile(r"\r\n|\r|\n")


def split(text: str) -> list[str]:
    """The lines, without their ends."""
    return _END.split(text)


def starts(text: str) -> list[int]:
    """Where each line begins, in characters from the start of the text."""
    return [0, *(found.end() for found in _END.finditer(text))]


class Lines:
    """The lines of files, each read once when it is first asked for."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        self._texts: dict[str, list[str]] = {}

    def of(self, path: str) -> list[str]:
        """The lines of a file; none where it can't be read."""
        if path not in self._texts:
            self._texts[path] = _read(path)
        return self._texts[path]

    def line(self, path: str, number: int) -> str:
        """Line `number`, from 1; empty where there is none."""
        lines = self.of(path)
        return lines[number - 1] if 0 < number <= len(lines) else ""


def _read(path: str) -> list[str]:
    try:
        return split(decoded(Path(path).read_bytes())[0])
    except (OSError, SyntaxError, UnicodeDecodeError, LookupError):
        return []
