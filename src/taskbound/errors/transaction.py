"""A transaction that would not save what the program believes it has written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import InvalidRequestError

from taskbound.errors.base import Misuse, at

if TYPE_CHECKING:
    from taskbound.place import Place


class AbortedTransaction(Misuse, InvalidRequestError):
    """A commit of a transaction that an error, which somebody has swallowed, had ended before.

    Raised in place of the commit. What had been written in the transaction is rolled back.

    Attributes: `place`, the line of the commit, `failed_place`, the line of the statement that had failed,
    and `failed`, the name of its error.
    """

    code = "TB304"

    place: Place | None
    failed_place: Place | None
    failed: str

    def __init__(self, *, place: Place | None, failed_place: Place | None, failed: str) -> None:
        self.place, self.failed_place, self.failed = place, failed_place, failed
        self._say(
            f"the commit{at(place)} would lose what was written: the error of the statement"
            f"{at(failed_place)} ({failed}) had ended the transaction, and was swallowed",
            "let the error leave the block, or put what may fail into a savepoint: "
            "async with session.begin_nested()",
        )
