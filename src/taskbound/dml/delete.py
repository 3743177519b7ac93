"""The end of one row, or of all rows for which a condition holds."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from taskbound.dml.columns import columns_of
from taskbound.dml.held import expire_wholly, forget_row
from taskbound.dml.inherited import check_one_table, delete_joined
from taskbound.dml.key import key_of, key_parameters
from taskbound.dml.missing import missing
from taskbound.dml.read_back import read_back
from taskbound.dml.rows import change_and_read_rows, change_rows
from taskbound.dml.written import Written, written
from taskbound.filters.criteria import conditions
from taskbound.filters.written import check_delete
from taskbound.read.cache import Readings
from taskbound.statement.change import VERSION, delete_row

if TYPE_CHECKING:
    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.filters.chosen import Filters
    from taskbound.statement import Target


async def delete_one(sink: SessionSink, model: type[Any], key: Any, version: Any, dto: Any) -> Any:
    """Delete the row with a key. Returns what `dto` is made of it, None where that is None."""
    columns = columns_of(model)
    check_delete(sink.filters, columns.mapper)
    identity = key_of(columns, key)
    if columns.is_joined:
        made = None if dto is None else await read_back(sink, model, dto, identity)
        await delete_joined(sink, columns, identity, version)
        forget_row(sink.session, columns, identity)
        return made
    target = sink.target
    filters = sink.filters
    kept = ("delete", columns.mapper, dto, version is not None, filters.off, target.schemas)
    make = partial(_made, columns, dto, target, filters, versioned=version is not None)
    writing = Readings.of(target.dialect).of_statement(kept, make)
    made = None
    if dto is not None and writing.assemble is None:
        made = await read_back(sink, model, dto, identity)
    row = {**key_parameters(identity), **filters.parameters}
    if version is not None:
        row[VERSION] = version
    sql, arguments = writing.bound(row)
    if writing.assemble is None:
        if not await sink.changed(writing.what, sql, arguments):
            raise missing(columns, identity, version, "delete")
    else:
        rows = await sink.returned(writing.what, sql, arguments)
        if not rows:
            raise missing(columns, identity, version, "delete")
        made = writing.assemble(rows, ())[0]
    forget_row(sink.session, columns, identity)
    return made


async def delete_rows(sink: SessionSink, model: type[Any], condition: Any, dto: Any) -> Any:
    """Delete the rows for which a condition holds; all, where that is None.

    Returns how many there were, or what `dto` is made of them.
    """
    columns = columns_of(model)
    check_delete(sink.filters, columns.mapper)
    check_one_table(columns, "delete")
    statement = delete(columns.mapper.class_)
    found: Any
    if dto is None:
        found = await change_rows(sink, columns, "delete", statement, condition=condition)
    else:
        found = await change_and_read_rows(
            sink, columns, "delete", statement, condition=condition, dto=dto
        )
    expire_wholly(sink.session, columns)
    return found


def _made(
    columns: Columns, dto: Any, target: Target, filters: Filters, *, versioned: bool
) -> Written:
    mapper = columns.mapper

    def make(returning: Any) -> Any:
        statement = delete_row(mapper, returning, versioned=versioned)
        return statement.where(*conditions(filters, mapper))

    return written(columns, "delete", dto, target, make=make, keys=None)
