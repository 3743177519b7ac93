"""A statement that asks the database for something else than its author means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import InvalidRequestError

from taskbound.errors.base import Misuse, at

if TYPE_CHECKING:
    from taskbound.place import Place


class CartesianProduct(Misuse, InvalidRequestError):
    """A statement pairs every row of one table with every row of another, since nothing joins them.

    Attributes: `statement` ("SELECT", "UPDATE" or "DELETE"), `joined`, the names of the tables (or aliases)
    that go together with the first one, `others`, the names of those that do not, and `place`, the line
    that sent it.
    """

    code = "TB206"

    statement: str
    joined: tuple[str, ...]
    others: tuple[str, ...]
    place: Place | None

    def __init__(
        self,
        *,
        statement: str,
        joined: tuple[str, ...],
        others: tuple[str, ...],
        place: Place | None,
    ) -> None:
        self.statement, self.joined, self.others = statement, joined, others
        self.place = place
        self._say(
            f"the {statement}{at(place)} pairs every row of {', '.join(joined)} with every row of "
            f"{', '.join(others)}, since nothing joins them",
            "join them, or say that it is meant: .join(..., true())",
        )
