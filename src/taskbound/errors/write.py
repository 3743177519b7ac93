"""A transaction that did not end as it was meant to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from taskbound.errors.base import Failure, Misuse, at

if TYPE_CHECKING:
    from taskbound.place import Place


class CommitOutcomeUnknown(Failure):
    """COMMIT was sent, and nobody knows whether the database has carried it out.

    Not one of SQLAlchemy's errors, on purpose: what handles those by trying again must not get it.

    Attributes: `reason`, what cut the answer off, and `place`, the line that the commit was for.
    """

    code = "TB306"

    reason: str
    place: Place | None

    def __init__(self, *, reason: str, place: Place | None) -> None:
        self.reason, self.place = reason, place
        self._say(
            f"whether the commit{at(place)} has happened is not known: {reason}",
            "look whether it did before you do it again, or give db.run() the question: verify=",
        )


class NotRepeatable(Misuse):
    """A function cannot be called again as a whole, as `db.run()` and `@db.transactional` would.

    Attributes: `function`, its name, `reason`, and `place`, where it was to be called or is defined.
    """

    code = "TB311"

    function: str
    reason: str
    place: Place | None

    def __init__(self, *, function: str, reason: str, cure: str, place: Place | None) -> None:
        self.function, self.reason, self.place = function, reason, place
        self._say(f"{function}(){at(place)} cannot be repeated as a whole: {reason}", cure)
