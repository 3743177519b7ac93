"""An error for a value that was refused as `ValueRefused`, for all that use an engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import DataError, DBAPIError

from taskbound.driver import refusal_of_mysql, refusal_of_postgresql, refusal_of_sqlite
from taskbound.driver.refusal import reason_of_unsent
from taskbound.engine.known_tables import target_of
from taskbound.engine.misfits import has_nul, misfits
from taskbound.errors import ValueRefused
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Dialect, Engine, Table
    from sqlalchemy.engine import ExceptionContext

    from taskbound.driver.refusal import ValueRefusal

# By SQLAlchemy's name of the dialect.
_FAMILIES: dict[str, Callable[[Any], ValueRefusal | None]] = {
    "postgresql": refusal_of_postgresql.refusal,
    "mysql": refusal_of_mysql.refusal,
    "mariadb": refusal_of_mysql.refusal,
    "sqlite": refusal_of_sqlite.refusal,
}


def tell_refusals(engine: Engine) -> None:
    """Have everything that uses an engine raise `ValueRefused` for a value that was refused.

    Where a `handle_error` listener of the user's has put another error in its place, that one stays.
    """
    event.listen(engine, "handle_error", _refused)


def argument_of(error: BaseException | None, dialect: Dialect) -> int | None:
    """Which argument of the statement, from 0, a driver's error is about; None where it does not say."""
    family = _FAMILIES.get(dialect.name)
    found = family(error) if family is not None else None
    return found.place if found is not None else None


def _refused(context: ExceptionContext) -> ValueRefused | None:
    family = _FAMILIES.get(context.dialect.name)
    if family is None or getattr(context, "chained_exception", None):
        return None
    original, raised = context.original_exception, context.sqlalchemy_exception
    # What SQLAlchemy does not wrap is none of the driver's errors, but one that it has met while it
    # encoded a value.
    found = family(original) if raised is not None or reason_of_unsent(original) else None
    if found is None or not isinstance(raised, DBAPIError | None):
        return None
    table = target_of(context)
    columns = (found.column,) if found.column else _by_values(context, found, table)
    is_nul = found.reason == "unfit" and has_nul(context.parameters)
    return ValueRefused(
        reason="unstorable" if is_nul else found.reason,
        table=found.table or (table.name if table is not None and columns else None),
        schema=found.schema or (table.schema if table is not None and columns else None),
        columns=columns,
        place=calling_place(),
        refused=raised or _unwrapped(context),
    )


def _unwrapped(context: ExceptionContext) -> DataError:
    return DataError(
        context.statement,
        context.parameters,
        context.original_exception,
        hide_parameters=bool(context.engine and context.engine.hide_parameters),
    )


def _by_values(
    context: ExceptionContext, found: ValueRefusal, table: Table | None
) -> tuple[str, ...]:
    """The columns whose values cannot have been taken, as the table in the models has them."""
    if table is None:
        return ()
    execution: Any = context.execution_context
    if found.place is not None:
        names = execution.compiled.positiontup or ()
        named = names[found.place] if found.place < len(names) else None
        column = table.columns.get(named) if named is not None else None
        return () if column is None else (column.name,)
    rows: Iterable[Mapping[str, Any]] = execution.compiled_parameters or ()
    return misfits(found.reason, table, rows, context.dialect)
