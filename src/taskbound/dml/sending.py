"""Rows on their way to one statement: one by itself, several together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.dml.filled import filled

if TYPE_CHECKING:
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.written import Written
    from taskbound.plan.layout import Rows


async def send(sink: SessionSink, writing: Written, rows: list[dict[str, Any]]) -> Rows:
    """Write rows that name the same columns. Returns what their statement returns of each.

    rows: by the key of a column. What Python fills of them is put into them.
    """
    if len(rows) > 1:
        return await _together(sink, writing, rows)
    sql, arguments = writing.bound(rows[0])
    if writing.returns_rows:
        return await sink.returned(writing.what, sql, arguments)
    await sink.changed(writing.what, sql, arguments)
    return ()


async def _together(sink: SessionSink, writing: Written, rows: list[dict[str, Any]]) -> Rows:
    statement, count = writing.statement, len(rows)
    given = {key: [row[key] for row in rows] for key in rows[0]}
    columns = filled(statement.defaults, given, count, writing.absent)
    for key in columns.keys() - given.keys():
        for row, value in zip(rows, columns[key], strict=True):
            row[key] = value
    arguments = statement.bound_rows(columns, count)
    returned: Rows = ()
    sink.parameters = statement.parameters
    if writing.returns_rows:
        returned = await sink.return_many(writing.what, statement.sql, arguments)
    else:
        await sink.write_many(writing.what, statement.sql, arguments)
    sink.parameters = None
    return returned
