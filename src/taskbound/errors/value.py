"""A value that the database, or its driver, does not take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from sqlalchemy.exc import DataError

from taskbound.errors.refusal import Refusal

if TYPE_CHECKING:
    from sqlalchemy.exc import StatementError

    from taskbound.place import Place

Unfitness: TypeAlias = Literal["too_long", "out_of_range", "malformed", "unstorable", "unfit"]

# What is said of a value for a column, and of one where the column is not known.
_FACTS: dict[Unfitness, tuple[str, str]] = {
    "too_long": ("a value is too long for {}", "a value is too long"),
    "out_of_range": ("a value is out of the range of {}", "a value is out of range"),
    "malformed": ("a value is not of the type of {}", "a value is not of the type that is wanted"),
    "unstorable": (
        "a value has a character that {} cannot hold",
        "a value has a character that the database cannot hold",
    ),
    "unfit": ("a value cannot be used for {}", "a value cannot be used"),
}


class ValueRefused(Refusal, DataError):
    """A value that the database, or its driver before it, does not take. A read may raise it as well.

    Attributes: those of `Refusal`, and `reason`: "too_long", "out_of_range", "malformed" (of another type,
    or text that is none of the type), "unstorable" (NUL or half of a surrogate pair in text), or "unfit" for
    anything else.
    """

    code = "TB606"

    reason: Unfitness
    table: str | None
    schema: str | None
    columns: tuple[str, ...]
    place: Place | None

    def __init__(
        self,
        *,
        reason: Unfitness,
        table: str | None,
        schema: str | None,
        columns: tuple[str, ...],
        place: Place | None,
        refused: StatementError,
    ) -> None:
        self.reason, self.table, self.schema = reason, table, schema
        self.columns, self.place = columns, place
        self._begin(place, refused)

    def _fact(self) -> str:
        of_column, otherwise = _FACTS[self.reason]
        subject = self._subject("")
        return of_column.format(subject) if subject else otherwise

    def _cure(self) -> str:
        return (
            "check it before it is sent, with the types and limits of a DTO, or handle ValueRefused"
        )
