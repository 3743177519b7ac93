"""What a DTO is made of rows that have just been written, where their statement does not return it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from sqlalchemy import Integer, Uuid, select

from taskbound.assemble import generated
from taskbound.dml.columns import columns_of
from taskbound.dml.rows import among
from taskbound.filters.criteria import as_written
from taskbound.plan import plan_of
from taskbound.plan.layout import Layout, Value
from taskbound.read.asked import Asked
from taskbound.read.cache import Readings
from taskbound.read.query import ProjectionQuery
from taskbound.read.run import read_rows
from taskbound.statement.returned import of_row
from taskbound.statement.values import converter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sqlalchemy import Dialect

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.plan.layout import Batches, Rows

# Keys in one statement: SQLite takes 32,766 parameters, and a key may have several columns.
_PORTION = 1000
# What comes out of the database as it was given, and of which equal values are the same.
_SAME: tuple[type[Any], ...] = (Integer, Uuid)
_EXACT: tuple[type[Any], ...] = (int, UUID)


async def read_back(sink: SessionSink, model: type[Any], dto: Any, key: Mapping[str, Any]) -> Any:
    """What is made of the row with a key, by a SELECT.

    Raises `NotFound` where it is not there.
    """
    asked: Asked[Any] = Asked.of(dto, model, None, {}, sink.filters)
    return await ProjectionQuery(sink, asked).get_one(dict(key))


async def made_of(sink: SessionSink, model: type[Any], dto: Any, key: Mapping[str, Any]) -> Any:
    """The same of a row that is sure to be there: without a SELECT where its key is all that is asked for."""
    (made,) = await made_of_all(sink, columns_of(model), dto, [key])
    return made


async def made_of_all(
    sink: SessionSink, columns: Columns, dto: Any, keys: Sequence[Mapping[str, Any]]
) -> list[Any]:
    """The same of several rows, in their order: one SELECT for a thousand of them."""
    by_key = _of_key(columns, dto, sink.dialect)
    if by_key is not None:
        rows = [[key[name] for name in by_key.names] for key in keys]
        if all(type(value) in _EXACT for row in rows for value in row):
            return by_key.assemble(rows, ())
    written = as_written(columns.mapper)
    if len(keys) == 1 and written is columns.mapper.class_:
        return [await read_back(sink, written, dto, keys[0])]
    values = [tuple(key[name] for name in columns.key) for key in keys]
    return await read_all(sink, columns, dto, values)


async def read_all(
    sink: SessionSink, columns: Columns, dto: Any, keys: Sequence[tuple[Any, ...]]
) -> list[Any]:
    """What is made of the rows with these keys, by SELECTs, in their order."""
    found: list[Any] = []
    for start in range(0, len(keys), _PORTION):
        found += await _read(sink, columns, dto, list(keys[start : start + _PORTION]))
    return found


async def _read(
    sink: SessionSink, columns: Columns, dto: Any, keys: list[tuple[Any, ...]]
) -> list[Any]:
    written = as_written(columns.mapper)
    statement = select(written).where(among(columns, keys, of=written))
    asked: Asked[Any] = Asked.of(dto, statement, None, {}, sink.filters)
    by_key = asked.derived(
        "by key", lambda same: same, extra=tuple(getattr(written, name) for name in columns.key)
    )
    ready = by_key.ready(sink.target)
    rows, items = await read_rows(sink, ready)
    places = ready.reading.extra
    converts = [converter(columns.by_attribute[name].type, sink.dialect) for name in columns.key]
    made = {}
    for row, item in zip(rows, items, strict=True):
        parts = zip(converts, places, strict=True)
        made[tuple(to(row[place]) if to else row[place] for to, place in parts)] = item
    # The database may have it in another form: capitals, as many digits, a number for a text.
    return [made[key] if key in made else await _alone(sink, columns, dto, key) for key in keys]


async def _alone(sink: SessionSink, columns: Columns, dto: Any, key: tuple[Any, ...]) -> Any:
    written = select(as_written(columns.mapper))
    asked: Asked[Any] = Asked.of(dto, written, None, {}, sink.filters)
    return await ProjectionQuery(sink, asked).get_one(dict(zip(columns.key, key, strict=True)))


class _OfKey(NamedTuple):
    """Makes a DTO of nothing but keys."""

    names: tuple[str, ...]
    """The attributes that it is given, in this order."""
    assemble: Callable[[Rows, Batches], list[Any]]


def _of_key(columns: Columns, dto: Any, dialect: Dialect) -> _OfKey | None:
    make = partial(_made_of_key, columns, dto, dialect)
    return Readings.of(dialect).of_statement(("of key", columns.mapper, dto), make)


def _made_of_key(columns: Columns, dto: Any, dialect: Dialect) -> _OfKey | None:
    """None where the DTO holds more than the key, or what a database may write in several ways."""
    plan = plan_of(dto, columns.mapper.class_)
    found = of_row(plan, dialect)
    names = {columns.by_attribute[name]: name for name in columns.key}
    if found is None or not all(
        column in names and isinstance(column.type, _SAME) for column in found.columns
    ):
        return None
    fields = (part.field for part in plan.parts)
    instructions = tuple(Value(field, place) for place, field in enumerate(fields))
    layout = Layout(plan.shape, instructions)
    return _OfKey(tuple(names[column] for column in found.columns), generated(layout))
