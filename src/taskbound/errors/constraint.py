"""What the database has refused because of a constraint: one class a kind, the same on every driver."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError, StatementError

from taskbound.errors.base import Failure, at

if TYPE_CHECKING:
    from taskbound.place import Place


class ConstraintViolation(Failure, IntegrityError):  # type: ignore[misc]  # SQLAlchemy's `code` may be None
    """A constraint of the database has refused what was written. Base of one class for each kind.

    The message names the constraint and the columns and never a value, so that it can be logged and shown.

    Attributes: `constraint`, the name that the database knows it by (None where it did not say, or where
    it has none), `table` and `schema` (None where not known; `schema` also where it is the connection's
    own), `columns`, the names of its columns in the database (empty where they are not known), `place`,
    the line that sent the statement. `statement`, `params`, `orig`, `hide_parameters` and
    `connection_invalidated` are those of `sqlalchemy.exc.IntegrityError`; `statement` is None where the
    constraint was checked at the commit. `params` and `orig` hold values.
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
        sent = f"what was sent{at(place)}" if place else "a statement"
        StatementError.__init__(
            self,
            f"{sent} was refused: {self._fact()}{self._constraint()}; {self._cure()} "
            f"({self.code}, docs/errors/{self.code}.md)",
            refused.statement,
            refused.params,
            refused.orig,
            hide_parameters=refused.hide_parameters,
            ismulti=refused.ismulti,
        )
        self.connection_invalidated: bool = getattr(refused, "connection_invalidated", False)

    def __str__(self) -> str:
        # What SQLAlchemy adds: that an autoflush had sent the statement, for example.
        return "\n".join([str(self.args[0]), *(f"({detail})" for detail in self.detail)])

    @property
    def fact(self) -> str:
        """What is wrong, and the name of the constraint."""
        return f"{self._fact()}{self._constraint()}"

    def _fact(self) -> str:
        return "it violates a constraint"

    def _cure(self) -> str:
        return (
            f"catch {type(self).__name__} outside the transaction's block, or around a savepoint: "
            "async with session.begin_nested()"
        )

    def _constraint(self) -> str:
        return f" (constraint {self.constraint})" if self.constraint else ""

    def _subject(self, otherwise: str) -> str:
        """The columns, the table where they are not known, or what is said where neither is."""
        if not self.columns:
            return self.table or otherwise
        return ", ".join(f"{self.table}.{name}" if self.table else name for name in self.columns)


class UniqueViolation(ConstraintViolation):
    """A row with the same key or the same unique values is there already."""

    code = "TB321"

    def _fact(self) -> str:
        if not self.columns:
            return f"a row that must be unique is in {self.table or 'the table'} already"
        return f"a row with the same {self._subject('')} is there already"


class ForeignKeyViolation(ConstraintViolation):
    """A foreign key would lead to no row: it was set to one that is not there, or that row was deleted."""

    code = "TB322"

    def _fact(self) -> str:
        of = f" {self._subject('')}" if self.columns else f" of {self.table}" if self.table else ""
        return f"the foreign key{of} would lead to no row"


class NotNullViolation(ConstraintViolation):
    """A column that must have a value was given none."""

    code = "TB323"

    def _fact(self) -> str:
        return f"{self._subject('a column')} must have a value and was given none"

    def _cure(self) -> str:
        return "give it a value, or the column a default"


class CheckViolation(ConstraintViolation):
    """A CHECK of the table does not hold for the row."""

    code = "TB324"

    def _fact(self) -> str:
        of = f" of {self.table}" if self.table else ""
        return f"a check{of} does not hold for the row"


class ExclusionViolation(ConstraintViolation):
    """An EXCLUDE constraint of PostgreSQL: the row conflicts with one that is there already."""

    code = "TB325"

    def _fact(self) -> str:
        return f"the row conflicts with one that is in {self.table or 'the table'} already"
