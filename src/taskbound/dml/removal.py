"""The DELETE by key of rows of one class: looked into once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from taskbound.dml.columns import columns_of
from taskbound.dml.key import VALUES
from taskbound.dml.written import Written, written
from taskbound.filters.criteria import conditions
from taskbound.filters.marked import MARKED
from taskbound.read.cache import Readings
from taskbound.statement.change import KEY, delete_row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.statement import Arguments


class Removal(NamedTuple):
    """What deletes a row by its key, where that is one column."""

    columns: Columns
    writing: Written
    take: Callable[[Sequence[Any]], Arguments]
    """Makes the arguments of the key."""


def removal_of(sink: SessionSink, model: type[Any], key: Any, dto: Any) -> Removal | None:
    """The DELETE of rows of a class, looked into when it is first asked for.

    None where there is more to do: for keys of several columns, rows of several tables, filters, and DTOs
    that are read before.
    """
    if type(key) not in VALUES:
        return None
    target = sink.target
    kept = ("removal", model, dto, target.schemas, MARKED.version)
    return Readings.of(target.dialect).of_statement(kept, _looked_into, sink, model, dto)


def _looked_into(sink: SessionSink, model: type[Any], dto: Any) -> Removal | None:
    columns = columns_of(model)
    if len(columns.key) > 1 or columns.is_joined or MARKED.of(columns.mapper):
        return None
    writing = removing(sink, columns, dto, versioned=False)
    take = writing.statement.taking((f"{KEY}{columns.key[0]}",))
    return Removal(columns, writing, take) if take and writing.makes(dto) else None


def removing(sink: SessionSink, columns: Columns, dto: Any, *, versioned: bool) -> Written:
    """The DELETE of a row of a class.

    versioned: whether it has to be in a version.
    """
    mapper, filters = columns.mapper, sink.filters

    def make(returning: Any) -> Any:
        statement = delete_row(mapper, returning, versioned=versioned)
        return statement.where(*conditions(filters, mapper))

    return written(columns, "delete", dto, sink.target, make=make, keys=None)
