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


class UnusedEagerLoad(Misuse):
    """A relationship was loaded with its objects, and nobody has read it on any of them.

    Attributes: `entity` (the class), `attribute` (the relationship), `target`, the class that it leads to,
    `option`, the name of the loader option that loads so, `is_mapped`, whether it is the mapping that asks
    for it and not the statement, `count`, how many objects had it loaded, `related`, how many different
    objects it led to, and `place`, the line that sent the statement.
    """

    code = "TB207"

    entity: str
    attribute: str
    target: str
    option: str
    is_mapped: bool
    count: int
    related: int
    place: Place | None

    def __init__(
        self,
        *,
        entity: str,
        attribute: str,
        target: str,
        option: str,
        is_mapped: bool,
        count: int,
        related: int,
        place: Place | None,
    ) -> None:
        self.entity, self.attribute, self.target = entity, attribute, target
        self.option, self.is_mapped = option, is_mapped
        self.count, self.related, self.place = count, related, place
        objects = "1 object" if count == 1 else f"{count} objects"
        self._say(
            f"{entity}.{attribute} was loaded for {objects}{at(place)}, with {related} of {target}, "
            f"and read on none",
            self._cure(),
        )

    def _cure(self) -> str:
        name = f"{self.entity}.{self.attribute}"
        if not self.is_mapped:
            return f"leave out {self.option}({name})"
        lazy = self.option.removesuffix("load")
        return (
            f'take lazy="{lazy}" off its mapping, or leave it out here: .options(lazyload({name}))'
        )
