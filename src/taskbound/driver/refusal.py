"""Which value an error of a driver is about, as far as the server or the driver has said."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from taskbound.errors.value import Unfitness


class ValueRefusal(NamedTuple):
    """A value that was refused. What was not said is None."""

    reason: Unfitness
    table: str | None = None
    schema: str | None = None
    column: str | None = None
    place: int | None = None
    """Which argument of the statement it is, from 0."""


def reason_of_unsent(error: BaseException | None) -> Unfitness | None:
    """What an error of Python's says that a driver has met while it encoded a value; None for any other."""
    if isinstance(error, UnicodeEncodeError):
        return "unstorable"
    return "out_of_range" if isinstance(error, OverflowError) else None
