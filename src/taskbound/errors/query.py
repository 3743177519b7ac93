"""A question that cannot be asked, or an answer that there is not."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from taskbound.errors.base import Failure
from taskbound.errors.dto import ProjectionMisuse


class UnfitStatement(ProjectionMisuse):
    """A statement that a DTO cannot be read from.

    Attributes: `dto`, `reason` and `cure`.
    """

    code = "TB507"

    dto: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, reason: str, cure: str) -> None:
        self.dto, self.reason, self.cure = dto, reason, cure
        self._say(f"{dto} is to be read from a statement {reason}", cure)


class UnfitParameters(ProjectionMisuse, ValueError):
    """Parameters that a projection does not take, or not with such values.

    Attributes: `dto`, `reason` and `cure`. Values are not shown.
    """

    code = "TB513"

    dto: str
    reason: str
    cure: str

    def __init__(self, *, dto: str, reason: str, cure: str) -> None:
        self.dto, self.reason, self.cure = dto, reason, cure
        self._say(f"The projection of {dto} {reason}", cure)


class UnfitPage(ProjectionMisuse, ValueError):
    """A page is asked for that cannot be read: its size, its total, or the ordering of the statement.

    Attributes: `reason` and `cure`.
    """

    code = "TB510"

    reason: str
    cure: str

    def __init__(self, *, reason: str, cure: str) -> None:
        self.reason, self.cure = reason, cure
        self._say(reason, cure)


class UnfitCursor(Failure, ValueError):
    """A cursor that cannot be used, handed over as `after` or `before`.

    Raised before anything is sent. A client has sent it: answer 400, or begin at the first page.

    Attributes: `reason` and `cure`.
    """

    code = "TB509"

    reason: str
    cure: str

    def __init__(self, *, reason: str, cure: str) -> None:
        self.reason, self.cure = reason, cure
        self._say(f"the cursor {reason}", f"begin without a cursor, or {cure}")


class NotFound(Failure, NoResultFound):
    """There is no row where `one()` or `get_one()` needs one, or that `update` or `delete` was to change.

    Attributes: `dto`, what was to be read (None where nothing was), `model`, and `identity`, the primary
    key that was asked for, or None.
    """

    code = "TB511"

    dto: str | None
    model: str
    identity: tuple[Any, ...] | None

    def __init__(
        self, *, dto: str | None, model: str, identity: tuple[Any, ...] | None = None, to: str = ""
    ) -> None:
        # to: what was to be done with the row, where it was not to be read.
        self.dto, self.model, self.identity = dto, model, identity
        key = "" if identity is None else f" with the key {', '.join(map(repr, identity))}"
        if to:
            self._say(
                f"There is no {model}{key} to {to}",
                f"handle NotFound, or {to} with where=, which returns how many there were",
            )
        else:
            self._say(
                f"There is no {model}{key} for {dto}",
                "call one_or_none(), first() or get() where there may be none",
            )


class MultipleFound(Failure, MultipleResultsFound):
    """There are several rows where `one()` or `one_or_none()` needs at most one.

    Attributes: `dto` and `model`.
    """

    code = "TB512"

    dto: str
    model: str

    def __init__(self, *, dto: str, model: str) -> None:
        self.dto, self.model = dto, model
        self._say(
            f"There are several {model} for {dto}",
            "narrow the statement, or call first() or all()",
        )


class CyclicTree(Failure):
    """A row of a tree is among its own descendants, so that the tree has no end.

    Attributes: `relation`, from parent to children, and `key`, the row's primary key.
    """

    code = "TB515"

    relation: str
    key: Any

    def __init__(self, *, relation: str, key: Any) -> None:
        self.relation, self.key = relation, key
        self._say(
            f"The row {key!r} is among its own descendants by {relation}",
            "correct the data, or read so many levels with Depth(...)",
        )
