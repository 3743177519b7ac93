"""A transaction that did not end as it was meant to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.orm.exc import StaleDataError

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


class StaleVersion(Failure, StaleDataError):
    """A row has another version than the object that would change it: somebody else was first.

    Raised by the flush of an entity with a `version_id_col`, and by what changes or deletes such rows in a
    version that it names.

    Attributes: `entities`, the class names and keys of the objects that it can have been, one in most
    cases and none where that is not known; `place`, the line that sent it.
    """

    code = "TB307"

    entities: tuple[tuple[str, tuple[object, ...]], ...]
    place: Place | None

    def __init__(
        self, *, entities: tuple[tuple[str, tuple[object, ...]], ...], place: Place | None
    ) -> None:
        self.entities, self.place = entities, place
        self._say(
            f"{_named(entities)} was changed or deleted by somebody else since it was read, so what was "
            f"sent{at(place)} has changed nothing",
            "read it again and decide anew, or let db.run() call the whole function again",
        )


class ReadOnlyBlock(Misuse):
    """A transaction that was begun with `read_only=True` is to write.

    Attributes: `what`, the write in a few words, and `place`, the line that asked for it.
    """

    code = "TB309"

    what: str
    place: Place | None

    def __init__(self, *, what: str, place: Place | None) -> None:
        self.what, self.place = what, place
        self._say(
            f"{what}{at(place)} in a transaction that only reads",
            "begin it without read_only=True, or leave the change out",
        )


class DeadlineExceeded(Failure, TimeoutError):
    """A block has taken longer than its `timeout=`. It was rolled back.

    Attributes: `seconds`, the timeout, and `place`, the line of the block.
    """

    code = "TB310"

    seconds: float
    place: Place | None

    def __init__(self, *, seconds: float, place: Place | None) -> None:
        self.seconds, self.place = seconds, place
        self._say(
            f"the block{at(place)} was not through after {seconds:g} s, and was rolled back",
            "make it shorter, or its timeout longer; db.run() does not repeat what was too slow",
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


def _named(entities: tuple[tuple[str, tuple[object, ...]], ...]) -> str:
    named = [f"{name} {', '.join(map(repr, key))}" for name, key in entities]
    if not named:
        return "a row"
    return named[0] if len(named) == 1 else f"one of {'; '.join(named)}"
