"""One new row, with the objects of its relations."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from taskbound.dml.columns import columns_of
from taskbound.dml.inherited import insert_joined
from taskbound.dml.key import key_of_row
from taskbound.dml.values import values_for_insert
from taskbound.dml.written import Written, written
from taskbound.filters.marked import MARKED
from taskbound.filters.written import filled
from taskbound.read.asked import Asked
from taskbound.read.cache import Readings
from taskbound.read.query import ProjectionQuery
from taskbound.statement.change import insert_row

if TYPE_CHECKING:
    from collections.abc import Mapping

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.values import Values
    from taskbound.statement import Target


async def insert_one(sink: SessionSink, model: type[Any], values: Any, dto: Any) -> Any:
    """Insert one row. Returns what `dto` is made of it, None where that is None."""
    columns = columns_of(model)
    found = _values(sink, columns, values)
    if found.below:
        key = await _with_others(sink, columns, found)
        return None if dto is None else await read_back(sink, model, dto, key)
    if columns.is_joined:
        key = await insert_joined(sink, columns, found.columns)
        return None if dto is None else await read_back(sink, model, dto, key)
    row = columns.for_insert(found.columns)
    writing = inserting(columns, tuple(row), dto, sink.target)
    sql, arguments = writing.bound(row)
    if dto is None:
        await sink.changed(writing.what, sql, arguments)
        return None
    if writing.assemble is not None:
        rows = await sink.returned(writing.what, sql, arguments)
        return writing.assemble(rows, ())[0]
    key = await _inserted(sink, columns, writing, row)
    return await read_back(sink, model, dto, key)


async def insert_for_key(
    sink: SessionSink, columns: Columns, values: Mapping[str, Any]
) -> dict[str, Any]:
    """Insert one row. Returns its primary key by attribute."""
    if columns.is_joined:
        return await insert_joined(sink, columns, values)
    row = columns.for_insert(values)
    writing = inserting(columns, tuple(row), None, sink.target, needs_key=True)
    return await _inserted(sink, columns, writing, row)


async def read_back(sink: SessionSink, model: type[Any], dto: Any, key: Mapping[str, Any]) -> Any:
    """What is made of a row that has just been written, where that takes a SELECT."""
    asked: Asked[Any] = Asked.of(dto, model, None, {}, sink.filters)
    return await ProjectionQuery(sink, asked).get_one(dict(key))


def _values(sink: SessionSink, columns: Columns, values: Any) -> Values:
    """The values of a new row, with those that filters have in the session."""
    found = values_for_insert(columns.mapper.class_, values)
    if not MARKED.of(columns.mapper):
        return found
    return found._replace(columns=filled(sink.filters, columns.mapper, found.columns))


def inserting(
    columns: Columns, keys: tuple[str, ...], dto: Any, target: Target, *, needs_key: bool = False
) -> Written:
    """What inserts rows that are given these columns, made where there is nothing kept.

    needs_key: whether the key is to be returned, whatever becomes of the DTO.
    """
    kept = ("insert", columns.mapper, keys, dto, needs_key, target.schemas)
    make = partial(_made, columns, keys, dto, target, needs_key=needs_key)
    return Readings.of(target.dialect).of_statement(kept, make)


def _made(
    columns: Columns, keys: tuple[str, ...], dto: Any, target: Target, *, needs_key: bool
) -> Written:
    columns.check_complete(keys)
    make = partial(insert_row, columns.mapper)
    return written(columns, "insert", dto, target, make=make, keys=keys, needs_key=needs_key)


async def _inserted(
    sink: SessionSink, columns: Columns, writing: Written, row: dict[str, Any]
) -> dict[str, Any]:
    sql, arguments = writing.bound(row)
    if writing.returns_key:
        rows = await sink.returned(writing.what, sql, arguments)
        return key_of_row(columns, rows[0], sink.dialect)
    await sink.changed(writing.what, sql, arguments)
    given = {name: row.get(columns.by_attribute[name].key) for name in columns.key}
    if None in given.values():
        # MySQL, which has no RETURNING: the one column that counts by itself.
        ((last,),) = await sink.fetch("SELECT LAST_INSERT_ID()", ())
        given = {name: last if value is None else value for name, value in given.items()}
    return given


async def _with_others(sink: SessionSink, columns: Columns, found: Values) -> dict[str, Any]:
    """Insert a row and what its relations hold, each after what its foreign key leads to."""
    own = dict(found.columns)
    for below, value in found.below:
        if not below.many and value is not None:
            own |= await _one_above(sink, below.relation, value)
    key = await insert_for_key(sink, columns, own)
    row = {**own, **key}
    for below, value in found.below:
        if below.many:
            for child in value:
                await _one_below(sink, below.relation, child, row)
    return key


async def _one_above(sink: SessionSink, relation: Any, value: Any) -> dict[str, Any]:
    """Insert the object of a relation to one. Returns the values of the foreign key that leads to it."""
    other = columns_of(relation.mapper.class_)
    found = _values(sink, other, value)
    key = await _with_others(sink, other, found)
    held = {**found.columns, **key}
    return {
        relation.parent.get_property_by_column(local).key: held[
            relation.mapper.get_property_by_column(remote).key
        ]
        for local, remote in relation.local_remote_pairs
    }


async def _one_below(
    sink: SessionSink, relation: Any, child: Any, parent: Mapping[str, Any]
) -> None:
    other = columns_of(relation.mapper.class_)
    found = _values(sink, other, child)
    leading = {
        relation.mapper.get_property_by_column(remote).key: parent[
            relation.parent.get_property_by_column(local).key
        ]
        for local, remote in relation.local_remote_pairs
    }
    await _with_others(sink, other, found._replace(columns={**found.columns, **leading}))
