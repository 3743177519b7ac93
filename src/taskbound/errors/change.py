"""Rows that cannot be written as they were given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from taskbound.errors.base import Failure, Misuse
from taskbound.errors.constraint import ConstraintViolation

if TYPE_CHECKING:
    from taskbound.errors.refusal import Refusal


class ChangeMisuse(Misuse):
    """Something is to be written in a way that cannot be meant. Raised before anything is sent."""


class UnfitValues(ChangeMisuse, ValueError):
    """What is to be written does not go with the model. Values are not shown.

    Attributes: `model`, `reason` and `cure`.
    """

    code = "TB601"

    model: str
    reason: str
    cure: str

    def __init__(self, *, model: str, reason: str, cure: str) -> None:
        self.model, self.reason, self.cure = model, reason, cure
        self._say(f"what is to be written to {model} {reason}", cure)


class UnboundedChange(ChangeMisuse):
    """An update or a delete names no row, so that it would change all of them.

    Attributes: `model` and `change`, the name of the method.
    """

    code = "TB602"

    model: str
    change: str

    def __init__(self, *, model: str, change: str) -> None:
        self.model, self.change = model, change
        self._say(
            f"{change}({model}, ...) names no row, so that every row would change",
            "give key= or where=, or every=True where all are meant",
        )


class UnfitConflict(ChangeMisuse, ValueError):
    """An upsert has no unique constraint by which it could find the row that is there.

    Attributes: `model`, `on`, the attributes that were asked for (None where it was left to the values),
    and `constraints`, the attributes of each constraint that there is.
    """

    code = "TB603"

    model: str
    on: tuple[str, ...] | None
    constraints: tuple[tuple[str, ...], ...]

    def __init__(
        self,
        *,
        model: str,
        on: tuple[str, ...] | None,
        constraints: tuple[tuple[str, ...], ...],
        filled: tuple[tuple[str, ...], ...] = (),
    ) -> None:
        self.model, self.on, self.constraints = model, on, constraints
        there = " and ".join(f"({', '.join(names)})" for names in constraints) or "none"
        if on is not None:
            fact = f"({', '.join(on)}) of {model} is no unique constraint"
        elif filled:
            both = " and ".join(f"({', '.join(names)})" for names in filled)
            fact = f"the values fill {both} of {model}, which are several unique constraints"
        else:
            fact = f"the values fill no unique constraint of {model}"
        self._say(fact, f"give on= one of those that it has: {there}")


class RowRefused(Failure):
    """One of many rows was refused. Its values are not shown.

    Attributes: `row`, its number, counted from 0; `change`, "insert", "update", "upsert" or "delete";
    `model` and `table`; `columns`, their names in the database, `fields`, what the caller calls them,
    `sent_as`, the same by the aliases that a client has sent them by, and `constraint`, as far as they are
    known; `refusal`, the `Refusal` that it is chained to, None where a value was not even sent; `violation`,
    the same where it is a `ConstraintViolation`, else None; `is_left_out`, whether the others were written
    all the same, as `on_error="skip"` asks for.
    """

    code = "TB604"

    row: int
    change: Literal["insert", "update", "upsert", "delete"]
    model: str
    table: str
    columns: tuple[str, ...]
    fields: tuple[str, ...]
    sent_as: tuple[str, ...]
    constraint: str | None
    refusal: Refusal | None
    violation: ConstraintViolation | None
    is_left_out: bool

    def __init__(
        self,
        *,
        row: int,
        model: str,
        table: str,
        column: str | None,
        refusal: Refusal | None,
        fields: tuple[str, ...] = (),
        sent_as: tuple[str, ...] = (),
        change: Literal["insert", "update", "upsert", "delete"] = "insert",
        is_left_out: bool = False,
    ) -> None:
        self.row, self.change, self.fields, self.sent_as = row, change, fields, sent_as
        self.model, self.table, self.refusal = model, table, refusal
        self.is_left_out = is_left_out
        self.violation = refusal if isinstance(refusal, ConstraintViolation) else None
        self.constraint = self.violation.constraint if self.violation else None
        self.columns = refusal.columns if refusal else (column,) if column else ()
        if refusal is not None:
            why = refusal.fact
        elif column is not None:
            why = f"its value for {column} is none that the column takes"
        else:
            why = "the database does not take one of its values"
        fact, cure = self._outcome()
        self._say(f"row {row} for {model}, counted from 0, was refused: {why}; {fact}", cure)

    def _outcome(self) -> tuple[str, str]:
        """What has become of the rows, and what to do about it."""
        if self.change == "delete":
            return "none of the rows was deleted", "leave it out"
        if self.is_left_out:
            return "it was left out", "correct it, and write it by itself"
        if self.change == "insert":
            others = 'or have insert_many(..., on_error="skip") write the others'
            return "none of the rows was written", f"correct it, {others}"
        return "none of the rows was written", "correct it"

    @property
    def field(self) -> str | None:
        """The only one of `fields`; None where there are none or several."""
        return self.fields[0] if len(self.fields) == 1 else None
