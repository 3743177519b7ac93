"""SQLAlchemy's error for a violated constraint as one of a kind, with names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from taskbound.driver import violation_of_mysql, violation_of_postgresql, violation_of_sqlite
from taskbound.driver.violation import Kind, Violation
from taskbound.engine.known_tables import completed, target_of
from taskbound.errors import (
    CheckViolation,
    ConstraintViolation,
    ExclusionViolation,
    ForeignKeyViolation,
    NotNullViolation,
    UniqueViolation,
)
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Dialect, Engine, Table
    from sqlalchemy.engine import ExceptionContext

_ERRORS: dict[Kind, type[ConstraintViolation]] = {
    Kind.UNIQUE: UniqueViolation,
    Kind.FOREIGN_KEY: ForeignKeyViolation,
    Kind.NOT_NULL: NotNullViolation,
    Kind.CHECK: CheckViolation,
    Kind.EXCLUSION: ExclusionViolation,
}
# By SQLAlchemy's name of the dialect.
_FAMILIES: dict[str, Callable[[Any], Violation | None]] = {
    "postgresql": violation_of_postgresql.violation,
    "mysql": violation_of_mysql.violation,
    "mariadb": violation_of_mysql.violation,
    "sqlite": violation_of_sqlite.violation,
}


def tell_violations(engine: Engine) -> None:
    """Have everything that uses an engine raise `ConstraintViolation` for a violated constraint.

    Where a `handle_error` listener of the user's has put another error in its place, that one stays.
    """
    event.listen(engine, "handle_error", _violation)


def _violation(context: ExceptionContext) -> ConstraintViolation | None:
    refused = context.sqlalchemy_exception
    family = _FAMILIES.get(context.dialect.name)
    if refused is None or family is None or getattr(context, "chained_exception", None):
        return None
    found = family(context.original_exception)
    if found is None:
        return None
    told = completed(found, target_of(context), context.dialect)
    return _ERRORS[told.kind](
        constraint=told.constraint,
        table=told.table,
        schema=told.schema,
        columns=told.columns,
        place=calling_place(),
        refused=refused,
    )


def complete(error: ConstraintViolation, table: Table, dialect: Dialect) -> None:
    """Have an error know what the models say of its constraint, now that the statement's table is known."""
    kinds = [kind for kind, cls in _ERRORS.items() if isinstance(error, cls)]
    said = (error.constraint, error.table, error.schema, error.columns)
    for kind in kinds:
        found = completed(Violation(kind, *said), table, dialect)
        error.constraint = found.constraint
        error.know(table=found.table, schema=found.schema, columns=found.columns)
