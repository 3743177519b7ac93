"""Whether COPY writes the same as INSERT, and where to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Date,
    DateTime,
    Float,
    LargeBinary,
    Numeric,
    String,
    Time,
    TypeDecorator,
    Uuid,
)
from sqlalchemy import Integer as _Integer
from sqlalchemy.exc import DBAPIError

from taskbound.driver.facts import Copy

if TYPE_CHECKING:
    from sqlalchemy import Column, Dialect

    from taskbound.dml.columns import Columns
    from taskbound.statement import CompiledStatement, Target

# Rows below which a COPY, which takes round trips of its own, saves nothing.
FEWEST = 100
# What the drivers write into a COPY exactly as into a parameter.
_SURE = (_Integer, String, Boolean, Numeric, Float, Date, DateTime, Time, LargeBinary, Uuid, JSON)
# Row security, and a view: COPY is not for them.
_REFUSALS = frozenset(("0A000", "42809"))


def copy_of(
    columns: Columns, statement: CompiledStatement, target: Target, *, is_asked_for: bool
) -> Copy | None:
    """Where COPY writes what an INSERT would; None where it might write something else.

    is_asked_for: whether the caller answers for the types.
    """
    table: Any = columns.mapper.local_table
    keys = statement.parameters
    if not keys or any(key not in table.c for key in keys):
        return None
    if any(_is_computed(column) for column in table.c if column.key not in keys):
        return None
    set_columns = [table.c[key] for key in keys]
    if not is_asked_for and not all(_is_sure(column, target.dialect) for column in set_columns):
        return None
    if any(_refuses_values(column) for column in set_columns):
        return None
    schemas = dict(target.schemas or ())
    schema = schemas.get(table.schema, table.schema)
    names = [str(column.name) for column in set_columns]
    preparer: Any = target.dialect.identifier_preparer
    into = ".".join(preparer.quote(part) for part in (schema, table.name) if part)
    sql = f"COPY {into} ({', '.join(map(preparer.quote, names))}) FROM STDIN"
    if preparer._double_percents:
        # Without parameters the driver leaves them as they are.
        sql = sql.replace("%%", "%")
    return Copy(str(table.name), schema, names, sql)


def is_no_target(error: BaseException) -> bool:
    """Whether the server has said that COPY does not write to such a table."""
    original = error.orig if isinstance(error, DBAPIError) else None
    return getattr(original, "sqlstate", None) in _REFUSALS


def _is_computed(column: Column[Any]) -> bool:
    """Whether the INSERT has SQL for a column that is not given."""
    default: Any = column.default
    return default is not None and not (default.is_scalar or default.is_callable)


def _refuses_values(column: Column[Any]) -> bool:
    # INSERT refuses a value for it, COPY takes one.
    return column.identity is not None and bool(column.identity.always)


def _is_sure(column: Column[Any], dialect: Dialect) -> bool:
    type_: Any = column.type
    if type_._has_bind_expression:
        return False
    while isinstance(type_, TypeDecorator):
        type_ = type_.load_dialect_impl(dialect)
    return isinstance(type_, _SURE)
