"""Whether an error is about a row, and which one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import DataError, DBAPIError, StatementError

from taskbound.dml.naming import fields_of, name_fields, sent_as
from taskbound.dml.unfit import not_taken
from taskbound.errors import ConstraintViolation, Misuse, Refusal, RowRefused

if TYPE_CHECKING:
    from taskbound.dml.columns import Columns
    from taskbound.dml.naming import Verb
    from taskbound.dml.sink import SessionSink

# SQLSTATE's classes: data, constraints, the check of a view; and what a trigger raises.
_STATES = ("22", "23", "44", "P0")
# MySQL's numbers for values that do not go into their columns, and for what a trigger raises.
_NUMBERS = frozenset((1264, 1265, 1292, 1366, 1406, 1411, 1525, 1644, 1690, 3140, 3156))
# SQLite's basic codes: too big, constraint, mismatch.
_CODES = frozenset((18, 19, 20))
_BASIC = 0xFF


class Unfit(Exception):
    """A value that the type of its column does not take. Chained to what the type has raised."""

    def __init__(self, column: str | None) -> None:
        super().__init__(column)
        self.column = column


def is_of_a_row(error: Exception) -> bool:
    """Whether an error that many rows have brought about is one of them, and not of all.

    The codes of the drivers say so. What a driver refuses before it is sent is about a value. What breaks a
    law is none, and what the autoflush has raised is about what that has sent.
    """
    if isinstance(error, Misuse) or (isinstance(error, StatementError) and error.detail):
        return False
    if isinstance(error, Unfit | ConstraintViolation | DataError):
        return True
    if not isinstance(error, DBAPIError):
        return isinstance(error, ValueError | TypeError | OverflowError)
    if error.connection_invalidated:
        return False
    return _says_so(error.orig)


def _says_so(original: Any) -> bool:
    state = getattr(original, "sqlstate", None)
    if state is not None:
        return str(state).startswith(_STATES)
    code = getattr(original, "sqlite_errorcode", None)
    if code is not None:
        return code & _BASIC in _CODES
    number = next(iter(getattr(original, "args", ())), None)
    if isinstance(number, int):
        return number in _NUMBERS
    return isinstance(original.__cause__ or original, ValueError | TypeError | OverflowError)


def row_refused(
    columns: Columns,
    row: int,
    values: Any,
    error: Exception,
    *,
    change: Verb,
    sink: SessionSink,
    is_left_out: bool = False,
) -> RowRefused:
    """The error to raise for one row, chained to what was said about it.

    row: its number.
    values: the row as the caller has given it, which is its key for a delete.
    is_left_out: whether the others are written all the same.
    """
    cause = error.__cause__ if isinstance(error, Unfit) else error
    given = None if change == "delete" else values
    refusal = cause if isinstance(cause, Refusal) else None
    table, column, fields = columns.mapper.local_table, None, tuple[str, ...]()
    if refusal is not None:
        name_fields(refusal, change, columns.mapper.class_, given, sink)
        fields = refusal.fields
    elif isinstance(error, Unfit) and error.column is not None:
        column = str(columns.by_attribute[columns.attribute(error.column)].name)
        fields = fields_of(columns, values, [column], change)
    elif found := not_taken(error, change, columns.mapper.class_, given, sink.dialect):
        # Of an object that the row holds.
        table, column, fields = found.column.table, str(found.column.name), found.fields
    refused = RowRefused(
        row=row,
        model=columns.name,
        table=(refusal and refusal.table) or str(getattr(table, "name", columns.name)),
        column=column,
        refusal=refusal,
        fields=fields,
        sent_as=sent_as(values, fields),
        change=change,
        is_left_out=is_left_out,
    )
    refused.__cause__ = cause
    return refused


def lightened(refused: RowRefused) -> RowRefused:
    """The same without the frames of its causes, which would keep the rows in memory."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [refused]
    while waiting:
        error = waiting.pop()
        if error is None or id(error) in seen:
            continue
        seen.add(id(error))
        error.__traceback__ = None
        waiting += [error.__cause__, error.__context__, getattr(error, "orig", None)]
    return refused
