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


class NeverAdded(Misuse, InvalidRequestError):
    """A relationship holds an object that is in no session, so the flush would not save it.

    Raised by the flush, by a query's autoflush or by the commit, before the transaction ends.

    Attributes: `entity`, the name of the object's class, `relationship` (`Customer.orders`), and `place`,
    the line that flushed.
    """

    code = "TB308"

    entity: str
    relationship: str
    place: Place | None

    def __init__(self, *, entity: str, relationship: str, place: Place | None) -> None:
        self.entity, self.relationship, self.place = entity, relationship, place
        self._say(
            f"{relationship} holds {_article(entity)} {entity} that was never added to the session, so the "
            f"flush{at(place)} would not save it",
            "add it: session.add(...)",
        )


def _article(noun: str) -> str:
    return "an" if noun[:1] in "AEIOU" else "a"


class CommitAfterResponse(Misuse, InvalidRequestError):
    """What a request has written is committed only after its response has begun.

    Attributes: `place` (the line that commits, None where it is not known), `began` (the line that began the
    transaction, None where nothing was sent yet), and `is_refused`: whether it was the response that was
    refused, and not yet the commit.
    """

    code = "TB305"

    place: Place | None
    began: Place | None
    is_refused: bool

    def __init__(
        self, *, place: Place | None, began: Place | None, is_refused: bool = False
    ) -> None:
        self.place, self.began, self.is_refused = place, began, is_refused
        written = f"the transaction that began{at(began)}" if began else "what a request has added"
        fact = (
            f"a response begins before {written} is committed"
            if is_refused
            else f"{written} was to be committed{at(place)} after the response had begun"
        )
        self._say(
            fact,
            "commit before you answer: async with db.begin() in the handler, or "
            'Depends(get_session, scope="function")',
        )
