"""The rows of each table, as the shop takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Column

from shop.chinook.file import Repeating
from shop.chinook.malformed import Malformed
from shop.chinook.tables import TABLES, SourceTable, source_of
from shop.chinook.value import fitting, shown
from shop.models import Base

Row = dict[str, Any]
# The rows of each table by the file's name of it.
Rows = Mapping[str, list[Row]]

# The address of an order takes what the address of a customer takes.
_BILLING = Base.metadata.tables["customers"].columns


def rows_of(content: object) -> Rows:
    """The rows of all eleven tables: every value fits, every key is there once and every reference.

    content: what the JSON says.

    Raises `Malformed` at the first place where that is not so.
    """
    tables = _object("file", content, [table.name for table in TABLES], what="table")
    rows = {table.name: _rows(table, tables[table.name]) for table in TABLES}
    for table in TABLES:
        for columns in _unique(table):
            _refuse_repeated(table, rows[table.name], columns)
        for column in _references(table):
            _refuse_missing(table, rows, column)
    return rows


def _object(place: str, value: object, names: Iterable[str], *, what: str) -> dict[str, Any]:
    """The value, an object with these names and no other."""
    if not isinstance(value, dict):
        raise Malformed(place, f"must be an object, is {shown(value)}")
    if isinstance(value, Repeating):
        raise Malformed(place, f"has the {what} {shown(value.repeated)} twice")
    wanted = dict.fromkeys(names)
    for name in wanted:
        if name not in value:
            raise Malformed(place, f"has no {what} {shown(name)}")
    for name in value:
        if name not in wanted:
            raise Malformed(place, f"has an unknown {what} {shown(name)}")
    return value


def _rows(table: SourceTable, listed: object) -> list[Row]:
    if not isinstance(listed, list):
        raise Malformed(table.name, f"must be a list, is {shown(listed)}")
    return [_row(table, place_of(table, number), value) for number, value in enumerate(listed)]


def place_of(table: SourceTable, number: int, name: str | None = None) -> str:
    """How a message names a row, or the column `name` of it."""
    row = f"{table.name}[{number}]"
    return f"{row}.{name}" if name else row


def _row(table: SourceTable, place: str, value: object) -> Row:
    given = _object(place, value, table.names, what="column")
    columns = table.target.columns
    row = {
        key: _value(f"{place}.{name}", given[name], columns[key])
        for name, key in table.columns.items()
    }
    if table.billing:
        row["billing"] = {
            part: _value(f"{place}.{name}", given[name], _BILLING[part])
            for name, part in table.billing.items()
        }
    return row


def _value(place: str, value: object, column: Column[Any]) -> Any:
    try:
        return fitting(value, column)
    except ValueError as error:
        raise Malformed(place, str(error)) from None


def _unique(table: SourceTable) -> list[list[Column[Any]]]:
    """The columns that together are there once: the key first."""
    alone = [table.target.columns[key] for key in table.columns.values()]
    return [
        list(table.target.primary_key.columns),
        *([column] for column in alone if column.unique),
    ]


def _refuse_repeated(table: SourceTable, rows: list[Row], columns: list[Column[Any]]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for number, row in enumerate(rows):
        first = seen.setdefault(tuple(_compared(row[column.key]) for column in columns), number)
        if first != number:
            key = ", ".join(f"{table.named(it)} {shown(row[it.key])}" for it in columns)
            place, already = place_of(table, number), place_of(table, first)
            raise Malformed(place, f"{key} is in {already} already")


def _compared(value: Any) -> Any:
    # MariaDB takes "A" and "a" for the same. What one engine refuses is refused on all.
    return value.casefold() if isinstance(value, str) else value


def _references(table: SourceTable) -> list[Column[Any]]:
    columns = [table.target.columns[key] for key in table.columns.values()]
    return [column for column in columns if column.foreign_keys]


def _refuse_missing(table: SourceTable, rows: Rows, column: Column[Any]) -> None:
    (reference,) = column.foreign_keys
    other = source_of(reference.column.table)
    there = {None, *(row["id"] for row in rows[other.name])}
    for number, row in enumerate(rows[table.name]):
        if row[column.key] not in there:
            place = place_of(table, number, table.named(column))
            raise Malformed(place, f"{row[column.key]} is no {other.named(reference.column)}")
