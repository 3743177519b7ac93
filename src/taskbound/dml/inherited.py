"""Rows of a class that lies in several tables: joined inheritance. SQLAlchemy's own statements write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.orm.exc import StaleDataError

from taskbound.dml.missing import missing
from taskbound.dml.values import is_sql
from taskbound.errors import UnfitValues
from taskbound.filters.criteria import as_filtered
from taskbound.filters.marked import MARKED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink


async def insert_joined(
    sink: SessionSink, columns: Columns, rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Insert rows, each into all tables. Returns their primary keys by attribute."""
    class_ = columns.mapper.class_
    for row in rows:
        columns.check_complete(columns.for_insert(row))
        _check_no_sql(columns, row, "give a value, or add an entity")
    given = [columns.for_joined_insert(row) for row in rows]
    key = [getattr(class_, name) for name in columns.key]
    # As they are given: left to itself, it would leave None out.
    statement = (
        insert(class_)
        .returning(*key, sort_by_parameter_order=len(rows) > 1)
        .execution_options(render_nulls=True)
    )
    result = await sink.executed(statement, given)
    sink.note(f"INSERT {columns.mapper.local_table.description}")
    return [dict(zip(columns.key, row, strict=True)) for row in result]


async def update_joined(
    sink: SessionSink,
    columns: Columns,
    new: Mapping[str, Any],
    identity: Mapping[str, Any],
    version: Any,
) -> None:
    """Update the rows of all tables with a key. Raises as `update_one`, and `UnfitValues` for SQL."""
    _check_no_sql(columns, new, "give a value, or change the entity")
    there = await _version_there(sink, columns, identity, version, "update")
    known: dict[str, Any] = {}
    if columns.version is not None:
        # SQLAlchemy's statement counts on from the version that it is told.
        known[columns.version] = there if version is None else version
    statement = as_filtered(update(columns.mapper.class_), sink.filters)
    try:
        await sink.executed(statement, [{**new, **identity, **known}])
    except StaleDataError as error:
        raise missing(columns, identity, version, "update") from error


async def delete_joined(
    sink: SessionSink, columns: Columns, identity: Mapping[str, Any], version: Any
) -> None:
    """Delete the rows of all tables with a key, in the order of foreign keys. Raises as `delete_one`."""
    if version is not None or MARKED.of(columns.mapper):
        # Before a row of one table is gone.
        await _version_there(sink, columns, identity, version, "delete", is_in_it=True)
    for table in reversed(list(_tables(columns))):
        statement = as_filtered(delete(table), sink.filters)
        for column, value in zip(table.primary_key, identity.values(), strict=True):
            statement = statement.where(column == value)
        counted: Any = columns.mapper.version_id_col
        if version is not None and counted.table is table:
            statement = statement.where(counted == version)
        if not (await sink.executed(statement)).rowcount:
            raise missing(columns, identity, version, "delete")


async def _version_there(
    sink: SessionSink,
    columns: Columns,
    identity: Mapping[str, Any],
    version: Any,
    to: str,
    *,
    is_in_it: bool = False,
) -> object:
    """The version of a row, which is locked: a statement for one of its tables would not miss the others.

    is_in_it: whether it has to be in the version, where there is one.
    """
    class_ = columns.mapper.class_
    counted = getattr(class_, columns.version or columns.key[0])
    asked = select(counted).where(
        *(getattr(class_, name) == value for name, value in identity.items())
    )
    if is_in_it and version is not None:
        asked = asked.where(counted == version)
    found = (await sink.executed(asked.with_for_update())).first()
    if found is None:
        raise missing(columns, identity, version, to)
    return found[0]


def _check_no_sql(columns: Columns, values: Mapping[str, Any], cure: str) -> None:
    computed = [name for name, value in values.items() if is_sql(value)]
    if computed:
        raise UnfitValues(
            model=columns.name,
            reason=f"has {' and '.join(computed)} computed by SQL, in a row that lies in several tables",
            cure=cure,
        )


def check_one_table(columns: Columns, change: str) -> None:
    """Raise `UnfitValues` where the rows of a class lie in several tables."""
    if columns.is_joined:
        raise UnfitValues(
            model=columns.name,
            reason=f"by {change}(..., where=) lies in several tables, which no one statement changes",
            cure=f"{change} by key=, or the entities",
        )


def _tables(columns: Columns) -> Iterator[Table]:
    for table in columns.mapper.tables:
        if isinstance(table, Table):
            yield table
