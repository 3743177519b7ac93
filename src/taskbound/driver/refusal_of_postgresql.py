"""Values that PostgreSQL or its drivers refuse: by SQLSTATE, or by the class of a driver's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from taskbound.driver.refusal import ValueRefusal, reason_of_unsent

if TYPE_CHECKING:
    from taskbound.errors.value import Unfitness

# https://www.postgresql.org/docs/current/errcodes-appendix.html, class 22: data exceptions. Those that are
# not listed are "unfit", but for a division by zero, which is no fault of a value that was sent.
_CLASS = "22"
_DIVISION = "22012"
_REASONS: dict[str, Unfitness] = {
    "22001": "too_long",
    "22003": "out_of_range",
    "22007": "malformed",
    "22008": "out_of_range",
    "22021": "unstorable",
    "22P02": "malformed",
    "22P03": "malformed",
    "22P05": "unstorable",
}
# asyncpg says the argument in its message alone: which one it is, and then the value.
_ARGUMENT = re.compile(r"invalid input for query argument \$(\d+)")


def refusal(error: Any) -> ValueRefusal | None:
    """What an error of asyncpg or psycopg says, or None where it is about no value."""
    # SQLAlchemy's error for asyncpg has been raised from asyncpg's own.
    own = error if _is_of(error, "psycopg") else error.__cause__ or error
    if _is_unsent(own):
        return _unsent(own)
    state = getattr(error, "sqlstate", None) or ""
    if state.startswith(_CLASS) and state != _DIVISION:
        fields = getattr(error, "diag", None) or own
        return ValueRefusal(
            _REASONS.get(state, "unfit"),
            table=getattr(fields, "table_name", None),
            schema=getattr(fields, "schema_name", None),
            column=getattr(fields, "column_name", None),
        )
    found = reason_of_unsent(error)
    return ValueRefusal(found) if found else None


def _is_unsent(error: Any) -> bool:
    """Whether a driver has raised its own error for a value, before anything was sent."""
    if type(error).__name__ != "DataError":
        return False
    if _is_of(error, "psycopg"):
        return error.sqlstate is None
    # What a server has said has a severity.
    return _is_of(error, "asyncpg") and getattr(error, "severity", None) is None


def _is_of(error: object, driver: str) -> bool:
    return type(error).__module__.partition(".")[0] == driver


def _unsent(error: BaseException) -> ValueRefusal:
    if _is_of(error, "psycopg"):
        return ValueRefusal("unfit")
    said = _ARGUMENT.match(str(error))
    reason = reason_of_unsent(error.__cause__) or "malformed"
    return ValueRefusal(reason, place=int(said[1]) - 1 if said else None)
