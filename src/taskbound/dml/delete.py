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
from taskbound.dml.removal import removal_of, removing
from taskbound.dml.rows import change_and_read_rows, change_rows
from taskbound.filters.written import check_delete
from taskbound.read.cache import Readings
from taskbound.statement.change import VERSION

if TYPE_CHECKING:
    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.written import Written


async def delete_one(sink: SessionSink, model: type[Any], key: Any, version: Any, dto: Any) -> Any:
    """Delete the row with a key. Returns what `dto` is made of it, None where that is None."""
    removal = removal_of(sink, model, key, dto) if version is None else None
    if removal is None:
        return await _delete(sink, model, key, version, dto)
    # Most deletes.
    columns, writing, take = removal
    # Written out, since each coroutine on the way costs at every step of the event loop.
    send = sink.changed if writing.assemble is None else sink.returned
    found: Any = await send(writing.what, writing.statement.sql, take((key,)))
    if not found:
        raise missing(columns, key_of(columns, key), None, "delete")
    if sink.session.identity_map._dict:
        forget_row(sink.session, columns, key_of(columns, key))
    return None if writing.assemble is None else writing.assemble(found, ())[0]


async def _delete(sink: SessionSink, model: type[Any], key: Any, version: Any, dto: Any) -> Any:
    columns = columns_of(model)
    if version is not None:
        columns.check_versioned()
    check_delete(sink.filters, columns.mapper)
    identity = key_of(columns, key)
    if columns.is_joined:
        made = None if dto is None else await read_back(sink, model, dto, identity)
        await delete_joined(sink, columns, identity, version)
        forget_row(sink.session, columns, identity)
        return made
    writing = _writing(sink, columns, dto, versioned=version is not None)
    made = None
    if not writing.makes(dto):
        made = await read_back(sink, model, dto, identity)
    row = {**key_parameters(identity), **sink.filters.parameters}
    if version is not None:
        row[VERSION] = version
    send = sink.changed if writing.assemble is None else sink.returned
    found: Any = await send(writing.what, *writing.bound(row))
    if not found:
        raise missing(columns, identity, version, "delete")
    forget_row(sink.session, columns, identity)
    return made if writing.assemble is None else writing.assemble(found, ())[0]


def _writing(sink: SessionSink, columns: Columns, dto: Any, *, versioned: bool) -> Written:
    target = sink.target
    kept = ("delete", columns.mapper, dto, versioned, sink.filters.off, target.schemas)
    make = partial(removing, sink, columns, dto, versioned=versioned)
    return Readings.of(target.dialect).of_statement(kept, make)


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
