"""PostgreSQL's violations: kind by SQLSTATE, names from the fields of its error message."""

from __future__ import annotations

from typing import Any

from taskbound.driver.violation import Kind, Violation

# https://www.postgresql.org/docs/current/errcodes-appendix.html, class 23. RESTRICT has had a state of
# its own since PostgreSQL 18.
_KINDS = {
    "23001": Kind.FOREIGN_KEY,
    "23502": Kind.NOT_NULL,
    "23503": Kind.FOREIGN_KEY,
    "23505": Kind.UNIQUE,
    "23514": Kind.CHECK,
    "23P01": Kind.EXCLUSION,
}


def violation(error: Any) -> Violation | None:
    """What an error of asyncpg or psycopg says, or None where it is about no constraint."""
    kind = _KINDS.get(getattr(error, "sqlstate", None) or "")
    if kind is None:
        return None
    # psycopg has the fields in `diag`. SQLAlchemy's error for asyncpg has been raised from asyncpg's own.
    fields = getattr(error, "diag", None) or error.__cause__ or error
    column = getattr(fields, "column_name", None)
    return Violation(
        kind,
        constraint=getattr(fields, "constraint_name", None),
        table=getattr(fields, "table_name", None),
        schema=getattr(fields, "schema_name", None),
        columns=(column,) if column else (),
    )
