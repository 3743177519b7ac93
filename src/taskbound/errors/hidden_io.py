"""An attribute that would have to send SQL by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import MissingGreenlet

from taskbound.errors.base import Misuse, at

if TYPE_CHECKING:
    from taskbound.place import Place


class HiddenIO(Misuse, MissingGreenlet):  # type: ignore[misc]  # SQLAlchemy's `code` may be None
    """Reading an attribute would have to send SQL, and nothing awaits it.

    It is a `sqlalchemy.exc.MissingGreenlet`, so code that catches that one still does. Raised before
    a connection is checked out: the session stays usable.

    Attributes: `entity` (the class), `attribute` (None for a direct call), `identity` (primary key,
    or None), `reason`, `cure` and `place`.
    """

    entity: str
    attribute: str | None
    identity: tuple[Any, ...] | None
    reason: str
    cure: str
    place: Place | None

    def __init__(
        self,
        *,
        entity: str,
        attribute: str | None,
        identity: tuple[Any, ...] | None,
        reason: str,
        cure: str,
        place: Place | None,
    ) -> None:
        self.entity, self.attribute, self.identity = entity, attribute, identity
        self.reason, self.cure, self.place = reason, cure, place
        name = f"{entity}.{attribute}" if attribute else entity
        self._say(f"{name} was used{at(place)}, but {reason}", cure)


class LazyRelationship(HiddenIO):
    """A relationship is read or changed that no statement has loaded."""

    code = "TB201"


class ExpiredAttribute(HiddenIO):
    """A value is read that a commit, a rollback, a flush or a bulk update has thrown away."""

    code = "TB202"


class DeferredAttribute(HiddenIO):
    """A column is read that the statement did not select."""

    code = "TB203"


class SyncCall(HiddenIO):
    """A method of the synchronous session is called outside `run_sync`."""

    code = "TB204"


class RepeatedLoad(Misuse):
    """One line loads the same relationship for one object after the other: a statement for each (N+1).

    Each of these loads is awaited, so none is hidden; together they cost a round trip for each object.

    Attributes: `entity` (the class), `attribute` (the relationship), `count`, how many loads there have
    been in this transaction, and `place`.
    """

    code = "TB205"

    entity: str
    attribute: str
    count: int
    place: Place | None

    def __init__(self, *, entity: str, attribute: str, count: int, place: Place | None) -> None:
        self.entity, self.attribute = entity, attribute
        self.count, self.place = count, place
        self._say(
            f"{entity}.{attribute} was loaded {count} times{at(place)}, for one object after the other",
            f"load it with the objects: .options(selectinload({entity}.{attribute})), or read a DTO that "
            "has it: session.project(...)",
        )
