"""What a rule says: a finding, the steps that led to it, and the edits that cure it."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Confidence(enum.StrEnum):
    """How sure a rule is. A run shows high and medium unless it is asked for all."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Step:
    """One place on the way to a finding: "session opened here", "passed to load_user here"."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """Text to put between two places, each a line from 1 and a column from 0, in characters."""

    path: str
    start: tuple[int, int]
    end: tuple[int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that cure a finding; `safe` ones change nothing but what the finding is about."""

    title: str
    edits: tuple[Edit, ...]
    safe: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One misuse at one place. `line` and `column` count from 1; `path` is relative, with slashes."""

    code: str
    path: str
    line: int
    column: int
    end_line: int
    message: str
    confidence: Confidence
    flow: tuple[Step, ...] = ()
    fix: Fix | None = None

    @property
    def order(self) -> tuple[str, int, int, str, str]:
        """Findings are told in this order: file, line, column, code."""
        return (self.path, self.line, self.column, self.code, self.message)
