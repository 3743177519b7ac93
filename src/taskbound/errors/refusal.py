"""What the database has refused of what was sent: the base of the errors for constraints and for values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy.exc import DBAPIError, StatementError

from taskbound.errors.base import Failure, at

if TYPE_CHECKING:
    from taskbound.place import Place


class Refusal(Failure, DBAPIError):  # type: ignore[misc]  # SQLAlchemy's `code` may be None
    """The database has refused what was sent: `ConstraintViolation` or `ValueRefused`.

    The message names the columns and never a value, so that it can be logged and shown.

    Attributes: `table` and `schema` (None where not known; `schema` also where it is the connection's own),
    `columns`, their names in the database (empty where they are not known), and `place`, the line that sent
    the statement. `change` is the method of the session that had sent it from a DTO or a mapping (None for
    any other statement), `fields` what the caller of that method calls the columns: `lines.product_id` for
    what a nested object holds (empty where that is not known), and `sent_as` the same by the aliases that a
    client has sent them by: `lines.productId`. `statement`, `params`, `orig`,
    `hide_parameters` and `connection_invalidated` are SQLAlchemy's. `params` and `orig` hold values.
    """

    table: str | None
    schema: str | None
    columns: tuple[str, ...]
    place: Place | None
    change: Literal["insert", "update", "upsert", "delete"] | None
    fields: tuple[str, ...]
    sent_as: tuple[str, ...]

    @property
    def field(self) -> str | None:
        """The only one of `fields`; None where there are none or several."""
        return self.fields[0] if len(self.fields) == 1 else None

    @property
    def fact(self) -> str:
        """What is wrong, as part of a sentence."""
        return self._fact()

    def __str__(self) -> str:
        # What SQLAlchemy adds: that an autoflush had sent the statement, for example.
        return "\n".join([str(self.args[0]), *(f"({detail})" for detail in self.detail)])

    def _begin(self, place: Place | None, refused: StatementError) -> None:
        """Be about the statement that SQLAlchemy's error is about."""
        self.place, self.change, self.fields, self.sent_as = place, None, (), ()
        StatementError.__init__(
            self,
            self._message(),
            refused.statement,
            refused.params,
            refused.orig,
            hide_parameters=refused.hide_parameters,
            ismulti=refused.ismulti,
        )
        self.connection_invalidated: bool = getattr(refused, "connection_invalidated", False)

    def know(self, *, table: str | None, schema: str | None, columns: tuple[str, ...]) -> None:
        """Name what was found out about it since, in the message as well."""
        self.table, self.schema, self.columns = table, schema, columns
        self.args: tuple[Any, ...] = (self._message(), *self.args[1:])

    def _message(self) -> str:
        sent = f"what was sent{at(self.place)}" if self.place else "a statement"
        return (
            f"{sent} was refused: {self._fact()}; {self._cure()} "
            f"({self.code}, docs/errors/{self.code}.md)"
        )

    def _fact(self) -> str:
        raise NotImplementedError

    def _cure(self) -> str:
        raise NotImplementedError

    def _subject(self, otherwise: str) -> str:
        """The columns, the table where they are not known, or what is said where neither is."""
        if not self.columns:
            return self.table or otherwise
        return ", ".join(f"{self.table}.{name}" if self.table else name for name in self.columns)
