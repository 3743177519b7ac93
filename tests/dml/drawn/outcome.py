"""What has come of a write, in a form that is the same however it was written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError

from taskbound import RowRefused
from tests.truth.sameness import value_form

DONE, MISSING, STALE, REFUSED = "done", "missing", "stale", "refused"
INTEGRITY, FAILED = "integrity", "failed"


@dataclass(frozen=True)
class Outcome:
    """How a write ended, and what it gave back: rows, or how many there were."""

    ended: str
    answer: Any = None
    why: str = ""
    """The error as text, for the report of a failure; it is not compared."""

    def agrees(self, other: Outcome) -> bool:
        """Whether both have done the same. An answer that one of them does not give is none to compare."""
        return self.ended == other.ended and (
            self.answer == other.answer or None in {type(self.answer), type(other.answer)}
        )


def failed(error: Exception) -> Outcome:
    """The outcome of a write that the database, or the type of a column, has refused."""
    # That one of many rows was refused is said with what the database has said about it.
    said = error.__cause__ if isinstance(error, RowRefused) else error
    ended = INTEGRITY if isinstance(said, IntegrityError) else FAILED
    return Outcome(ended, why=repr(error))


def answered(rows: Sequence[Any], names: Sequence[str]) -> tuple[Any, ...]:
    """Objects as nested tuples, in an order that depends on their content alone."""
    found = [tuple(value_form(getattr(row, name)) for name in names) for row in rows]
    return tuple(sorted(found, key=repr))
