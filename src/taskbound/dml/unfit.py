"""A value that the type of its column does not take, which is found before anything is sent."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError, StatementError

from taskbound.dml.columns import columns_of
from taskbound.dml.key import key_of
from taskbound.dml.naming import Link, name_fields, rows_of, sent_as
from taskbound.dml.values import is_sql
from taskbound.errors import NoShape, Refusal, TaskboundError, UnfitValues, ValueRefused
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Dialect

    from taskbound.dml.columns import Columns
    from taskbound.dml.naming import Verb
    from taskbound.dml.sink import SessionSink


class Given(NamedTuple):
    """A value for a column, and what the caller calls it."""

    column: Column[Any]
    value: Any
    fields: tuple[str, ...]


def know(
    error: Exception,
    change: Verb,
    model: type[Any],
    values: Any,
    sink: SessionSink,
    *,
    key: Any = None,
) -> None:
    """Have the error for one row know its fields, and raise a better one where there is one.

    values: the DTO or mapping of the row that is written; None for a delete.
    key: that the caller has named the row by; None for none.

    Raises `ValueRefused` in the place of what the type of a column has raised, and `UnfitValues` where an
    entity or a class is given instead of an object of a DTO.
    """
    if isinstance(error, Refusal):
        name_fields(error, change, model, values, sink)
    elif isinstance(error, NoShape):
        _check_object(model, values)
    elif given := not_taken(error, change, model, values, sink.dialect, key=key):
        refusal = _refusal(given, change, error)
        refusal.sent_as = sent_as(values, given.fields)
        raise refusal from error


def _check_object(model: type[Any], values: Any) -> None:
    """Raise `UnfitValues` where no object of a DTO is given, but what is easily taken for one."""
    reason = None
    if isinstance(values, type):
        reason, cure = f"is the class {values.__name__}", "give an object of it"
    elif inspect(values, raiseerr=False) is not None:
        reason, cure = "is an entity", "add it: session.add(...)"
    if reason is not None:
        raise UnfitValues(model=columns_of(model).name, reason=reason, cure=cure)


def not_taken(
    error: Exception,
    change: Verb,
    model: type[Any],
    values: Any,
    dialect: Dialect,
    *,
    key: Any = None,
) -> Given | None:
    """The value that the type of its column has refused with an error; None where that is of something else.

    Each value is tried again, since what a type raises says neither whose it is nor which value it was.
    """
    if isinstance(error, TaskboundError | SQLAlchemyError):
        return None
    columns = columns_of(model)
    given = chain(_of_key(columns, key), _of_row(columns, values, change))
    return next((one for one in given if not _is_taken(one, dialect)), None)


def _of_key(columns: Columns, key: Any) -> Iterator[Given]:
    if key is not None:
        for name, value in key_of(columns, key).items():
            yield Given(columns.column(name), value, ())


def _of_row(columns: Columns, values: Any, change: Verb) -> Iterator[Given]:
    for row in rows_of(columns, values, change) if values is not None else ():
        if isinstance(row, Link):
            continue
        fields, known = row.fields, row.columns.by_attribute
        for name, value in row.values.items():
            if name in known and not is_sql(value) and not row.columns.leaves_out(name, value):
                yield Given(known[name], value, (f"{row.path}{fields[name]}",))


def _is_taken(given: Given, dialect: Dialect) -> bool:
    take = given.column.type.dialect_impl(dialect).bind_processor(dialect)
    try:
        if take is not None:
            take(given.value)
    except Exception:  # noqa: BLE001  # whatever it raises has been raised before
        return False
    return True


def _refusal(given: Given, change: Verb, error: Exception) -> ValueRefused:
    table: Any = given.column.table
    refusal = ValueRefused(
        reason="malformed",
        table=table.name,
        schema=table.schema,
        columns=(given.column.name,),
        place=calling_place(),
        refused=StatementError(str(error), None, None, error),
    )
    refusal.change, refusal.fields = change, given.fields
    return refusal
