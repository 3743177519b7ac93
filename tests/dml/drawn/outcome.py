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
    told: Any = None
    """What it says beside that: how many rows were new, or which were refused."""
    also: tuple[str, ...] = ()
    """What it may have ended as, where two things are wrong with it."""
    why: str = ""
    """The error as text, for the report of a failure; it is not compared."""

    def agrees(self, other: Outcome) -> bool:
        """Whether both have done the same. An answer that one of them does not give is none to compare."""
        return (
            self.ended in {other.ended, *other.also}
            and _same(self.answer, other.answer)
            and _same(self.told, other.told)
        )


def _same(one: Any, other: Any) -> bool:
    return one is None or other is None or bool(one == other)


def failed(error: Exception) -> Outcome:
    """The outcome of a write that the database, or the type of a column, has refused."""
    # That one of many rows was refused is said with what the database has said about it.
    said = error.__cause__ if isinstance(error, RowRefused) else error
    ended = INTEGRITY if isinstance(said, IntegrityError) else FAILED
    told = error.row if isinstance(error, RowRefused) else None
    return Outcome(ended, told=told, why=repr(error))


def answered(rows: Sequence[Any], names: Sequence[str]) -> tuple[Any, ...]:
    """Objects as nested tuples, in an order that depends on their content alone."""
    return tuple(sorted(in_order(rows, names), key=repr))


def in_order(rows: Sequence[Any], names: Sequence[str]) -> tuple[Any, ...]:
    """Objects as nested tuples, as they stand."""
    return tuple(tuple(value_form(getattr(row, name)) for name in names) for row in rows)
