"""What the database has refused because of a constraint: one class a kind, the same on every driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from taskbound.errors.refusal import Refusal

if TYPE_CHECKING:
    from sqlalchemy.exc import StatementError

    from taskbound.place import Place


class ConstraintViolation(Refusal, IntegrityError):  # type: ignore[misc]  # SQLAlchemy's `code` may be None
    """A constraint of the database has refused what was written. Base of one class for each kind.

    Attributes: those of `Refusal`, and `constraint`, the name that the database knows it by (None where it
    did not say, or where it has none). `statement` is None where the constraint was checked at the commit.
    """

    constraint: str | None
    table: str | None
    schema: str | None
    columns: tuple[str, ...]
    place: Place | None

    def __init__(
        self,
        *,
        constraint: str | None,
        table: str | None,
        schema: str | None,
        columns: tuple[str, ...],
        place: Place | None,
        refused: StatementError,
    ) -> None:
        self.constraint, self.table, self.schema = constraint, table, schema
        self.columns, self.place = columns, place
        self._begin(place, refused)

    def _fact(self) -> str:
        return f"{self._violated()}{self._constraint()}"

    def _violated(self) -> str:
        return "it violates a constraint"

    def _cure(self) -> str:
        return (
            f"catch {type(self).__name__} outside the transaction's block, or around a savepoint: "
            "async with session.begin_nested()"
        )

    def _constraint(self) -> str:
        return f" (constraint {self.constraint})" if self.constraint else ""


class UniqueViolation(ConstraintViolation):
    """A row with the same key or the same unique values is there already."""

    code = "TB321"

    def _violated(self) -> str:
        if not self.columns:
            return f"a row that must be unique is in {self.table or 'the table'} already"
        return f"a row with the same {self._subject('')} is there already"


class ForeignKeyViolation(ConstraintViolation):
    """A foreign key would lead to no row: it was set to one that is not there, or that row was deleted."""

    code = "TB322"

    def _violated(self) -> str:
        of = f" {self._subject('')}" if self.columns else f" of {self.table}" if self.table else ""
        return f"the foreign key{of} would lead to no row"


class NotNullViolation(ConstraintViolation):
    """A column that must have a value was given none."""

    code = "TB323"

    def _violated(self) -> str:
        return f"{self._subject('a column')} must have a value and was given none"

    def _cure(self) -> str:
        return "give it a value, or the column a default"


class CheckViolation(ConstraintViolation):
    """A CHECK of the table does not hold for the row."""

    code = "TB324"

    def _violated(self) -> str:
        of = f" of {self.table}" if self.table else ""
        return f"a check{of} does not hold for the row"


class ExclusionViolation(ConstraintViolation):
    """An EXCLUDE constraint of PostgreSQL: the row conflicts with one that is there already."""

    code = "TB325"

    def _violated(self) -> str:
        return f"the row conflicts with one that is in {self.table or 'the table'} already"
