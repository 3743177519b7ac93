"""SQLAlchemy's error for a violated constraint as one of a kind, with names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from sqlalchemy import Table, event
from sqlalchemy.sql.dml import UpdateBase

from taskbound.driver import violation_of_mysql, violation_of_postgresql, violation_of_sqlite
from taskbound.driver.violation import Kind
from taskbound.engine.known_tables import completed
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

    from sqlalchemy import Dialect, Engine
    from sqlalchemy.engine import ExceptionContext

    from taskbound.driver.violation import Violation

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

# The engines whose errors are told so; those that `execution_options()` makes share one dialect.
_told: WeakSet[Dialect] = WeakSet()


def tell_violations(engine: Engine) -> None:
    """Have everything that uses an engine raise `ConstraintViolation` for a violated constraint.

    Where a `handle_error` listener of the user's has put another error in its place, that one stays.
    """
    if engine.dialect not in _told:
        _told.add(engine.dialect)
        event.listen(engine, "handle_error", _violation)


def _violation(context: ExceptionContext) -> ConstraintViolation | None:
    refused = context.sqlalchemy_exception
    family = _FAMILIES.get(context.dialect.name)
    if refused is None or family is None or getattr(context, "chained_exception", None):
        return None
    found = family(context.original_exception)
    if found is None:
        return None
    told = completed(found, _target(context), context.dialect)
    return _ERRORS[told.kind](
        constraint=told.constraint,
        table=told.table,
        schema=told.schema,
        columns=told.columns,
        place=calling_place(),
        refused=refused,
    )


def _target(context: ExceptionContext) -> Table | None:
    """The table that the statement was to change, where it was not sent as text."""
    compiled = getattr(context.execution_context, "compiled", None)
    statement = getattr(compiled, "statement", None)
    table = statement.table if isinstance(statement, UpdateBase) else None
    return table if isinstance(table, Table) else None
