"""What a migration has done, and what it leaves to people."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Left:
    """A place that was not migrated, or not as a whole."""

    path: str
    """From the working directory, with forward slashes."""
    line: int
    column: int
    """From 1, as editors count."""
    reason: str
    """What stands there, why it stays, and what to do about it."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Migrated:
    """A file with new text."""

    path: Path
    shown: str
    """The path as messages have it."""
    before: str
    after: str
    encoding: str
    newline: str

    def diff(self) -> str:
        """A unified diff, from `a/` to `b/`, that `git apply` and `patch -p1` take."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True),
            self.after.splitlines(keepends=True),
            f"a/{self.shown.lstrip('/')}",
            f"b/{self.shown.lstrip('/')}",
        )
        return "".join(_ended(line) for line in lines)

    def write(self) -> None:
        """Put the new text into the file, in the encoding and with the line ends that it had."""
        text = self.after.replace("\n", self.newline)
        self.path.write_bytes(text.encode(self.encoding))


@dataclass(frozen=True, slots=True)
class Outcome:
    """All files with new text, and all places that are left."""

    files: tuple[Migrated, ...]
    left: tuple[Left, ...]


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
