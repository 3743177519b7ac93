"""What the caller of `insert` or `update` calls the columns that the database has refused."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import Table

from taskbound.dml.columns import columns_of
from taskbound.dml.links import held_of_other
from taskbound.dml.values import values_for_insert, values_for_update
from taskbound.engine.misfits import misfits
from taskbound.engine.refusals import argument_of
from taskbound.engine.violations import complete
from taskbound.errors import ConstraintViolation, Refusal, ValueRefused
from taskbound.plan.assign import Linked, assignments_of
from taskbound.shape.sent import sent_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink

Verb = Literal["insert", "update", "upsert", "delete"]


class Row(NamedTuple):
    """A row that was to be written."""

    columns: Columns
    dto: Any
    """The type that its values came in; None for a mapping."""
    values: Mapping[str, Any]
    """By attribute of the model."""
    path: str
    """What leads from the caller's object to this one, such as `lines.`"""

    @property
    def table(self) -> Any:
        """The table that has the row, or most of it."""
        return self.columns.mapper.local_table

    @property
    def tables(self) -> Collection[Any]:
        """Every table that has a part of it."""
        return self.columns.mapper.tables

    @property
    def fields(self) -> Mapping[str, str]:
        """What the caller calls each attribute."""
        if self.dto is None:
            return {name: name for name in self.values}
        assigned = assignments_of(self.dto, self.columns.mapper.class_).fields
        return {attribute: field for field, attribute in assigned.items()}


class Link(NamedTuple):
    """The rows of an association table, made of the keys that a field has."""

    table: Any
    held: frozenset[str]
    """The columns that hold those keys."""
    field: str

    @property
    def tables(self) -> Collection[Any]:
        """The table, as the only one."""
        return (self.table,)


def name_fields(
    error: Refusal, change: Verb, model: type[Any], values: Any, sink: SessionSink
) -> None:
    """Have the error for one row know which method it was, and what the caller calls the columns.

    values: the DTO or mapping of the row that is written; None for a delete.
    """
    if error.detail:
        # SQLAlchemy's note that it came of the autoflush before, which has sent something else.
        return
    error.change = change
    if values is None:
        return
    table = error.table or getattr(sink, "refused", None)
    rows = rows_of(columns_of(model), values, change)
    for row in (row for row in rows if _is_of(table, row)):
        _complete(error, row, sink)
        if error.columns:
            error.fields = tuple(_fields(error.columns, row))
            error.sent_as = sent_as(values, error.fields)
            return


def fields_of(columns: Columns, values: Any, names: Iterable[str], change: Verb) -> tuple[str, ...]:
    """What the caller calls columns of a row, given by their names in the database."""
    row = next(rows_of(columns, values, change))
    return tuple(_fields(names, row))


def sent_as(values: Any, fields: Iterable[str]) -> tuple[str, ...]:
    """What a client calls the fields of a DTO or mapping."""
    return tuple(sent_name(type(values), field) for field in fields)


def rows_of(columns: Columns, values: Any, change: Verb, path: str = "") -> Iterator[Row | Link]:
    """The row of an object, and those of the objects in it.

    path: what leads to the object from the caller's, such as `lines.`
    """
    take = values_for_update if change == "update" else values_for_insert
    found = take(columns.mapper.class_, values)
    dto = None if isinstance(values, Mapping) else type(values)
    yield Row(columns, dto, found.columns, path)
    for below, held in found.below:
        if isinstance(below, Linked):
            keys = frozenset(column for _, column in held_of_other(below.relation))
            yield Link(below.relation.secondary, keys, f"{path}{below.field}")
            continue
        other = columns_of(below.relation.mapper.class_)
        for each in held if below.many else [held] if held is not None else []:
            yield from rows_of(other, each, change, f"{path}{below.field}.")


def _is_of(table: str | None, row: Row | Link) -> bool:
    names = {getattr(each, "name", None) for each in row.tables}
    return table is None or table in names


def _complete(error: Refusal, row: Row | Link, sink: SessionSink) -> None:
    """Have an error know its columns, now that the row is known."""
    table = row.table
    if (error.table and error.columns) or not isinstance(table, Table):
        return
    if isinstance(error, ConstraintViolation):
        complete(error, table, sink.dialect)
    elif isinstance(error, ValueRefused) and isinstance(row, Row):
        found = error.columns or _misfitting(error, row, sink)
        if found:
            error.know(table=table.name, schema=error.schema or table.schema, columns=found)


def _misfitting(error: ValueRefused, row: Row, sink: SessionSink) -> tuple[str, ...]:
    """The columns of a row that cannot have been taken."""
    table = row.table
    by_attribute = row.columns.by_attribute
    values = {
        by_attribute[name].key: value
        for name, value in row.values.items()
        if name in by_attribute and by_attribute[name].table is table
    }
    place = argument_of(error.orig, sink.dialect)
    names = getattr(sink, "parameters", None)
    if place is not None and names is not None and names[place] in table.columns:
        # Of one of many rows.
        return (table.columns[names[place]].name,)
    if place is None:
        return misfits(error.reason, table, [values], sink.dialect)
    sent: Any = error.params
    same = [key for key, value in values.items() if value is sent[place]]
    return (table.columns[same[0]].name,) if len(same) == 1 else ()


def _fields(names: Iterable[str], row: Row | Link) -> Iterator[str]:
    """The fields of the refused columns, in the order of those."""
    if isinstance(row, Link):
        keys = {column.name for column in row.table.columns if column.key in row.held}
        yield from (row.field for refused in names if refused in keys)
        return
    fields = row.fields
    by_name = {column.name: fields.get(name) for name, column in row.columns.by_attribute.items()}
    for refused in names:
        if found := by_name.get(refused):
            yield f"{row.path}{found}"
