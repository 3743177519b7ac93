"""New rows, with the objects of their relations, and what is made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.dml.columns import columns_of
from taskbound.dml.form import form_of
from taskbound.dml.inserting import inserting, row_of
from taskbound.dml.read_back import made_of_all
from taskbound.dml.tree import insert_tree
from taskbound.dml.values import has_sql

if TYPE_CHECKING:
    from collections.abc import Iterable

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.values import Values


async def insert_one(sink: SessionSink, model: type[Any], values: Any, dto: Any) -> Any:
    """Insert one row. Returns what `dto` is made of it, None where that is None."""
    form = form_of(model, type(values), dto, sink.target)
    if form is not None and form.writing.makes(dto) and (bound := form.bound(values)) is not None:
        # Most rows.
        writing = form.writing
        if writing.assemble is None:
            await sink.changed(writing.what, *bound)
            return None
        return writing.assemble(await sink.returned(writing.what, *bound), ())[0]
    columns = columns_of(model)
    found = row_of(sink, columns, values)
    if not found.below and not columns.is_joined and not has_sql(found.columns.values()):
        row = columns.for_insert(found.columns)
        writing = inserting(columns, tuple(row), dto, sink.target)
        if dto is None:
            await sink.changed(writing.what, *writing.bound(row))
            return None
        if writing.assemble is not None:
            return writing.assemble(await sink.returned(writing.what, *writing.bound(row)), ())[0]
    made = await _insert(sink, columns, [found], dto)
    return made[0] if made else None


async def insert_all(
    sink: SessionSink, columns: Columns, rows: Iterable[Any], dto: Any
) -> list[Any]:
    """Insert rows. Returns what `dto` is made of each, in their order; an empty list where that is None."""
    return await _insert(sink, columns, [row_of(sink, columns, row) for row in rows], dto)


async def _insert(sink: SessionSink, columns: Columns, rows: list[Values], dto: Any) -> list[Any]:
    inserted = await insert_tree(sink, columns, rows, (), dto)
    if dto is None or inserted.made is not None:
        return inserted.made or []
    keys = [{name: row[name] for name in columns.key} for row in inserted.rows]
    return await made_of_all(sink, columns, dto, keys)
