"""The INSERT of one class, made ready for one dialect, and the row that it writes."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from taskbound.dml.values import values_for_insert
from taskbound.dml.written import Written, written
from taskbound.filters.marked import MARKED
from taskbound.filters.written import filled
from taskbound.read.cache import Readings
from taskbound.statement.change import insert_row

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.values import Values
    from taskbound.statement import Target

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def row_of(sink: SessionSink, columns: Columns, values: Any) -> Values:
    """The values of a new row, with those that filters have in the session.

    Raises as `values_for_insert`, and `PastFilter`.
    """
    found = values_for_insert(columns.mapper.class_, values)
    if not MARKED.of(columns.mapper):
        return found
    return found._replace(columns=filled(sink.filters, columns.mapper, found.columns))


def inserting(
    columns: Columns,
    keys: tuple[str, ...],
    dto: Any,
    target: Target,
    *,
    needed: tuple[str, ...] = (),
    computed: Mapping[str, Any] | None = None,
) -> Written:
    """What inserts rows that are given these columns, made where there is nothing kept.

    needed: the attributes that are to be returned, whatever becomes of the DTO.
    computed: by the key of a column the SQL that it is set to. It stands in the statement, which is another
        one each time.
    """
    if computed:
        return _made(columns, keys, dto, target, needed=needed, computed=computed)
    kept = ("insert", columns.mapper, keys, dto, needed, target.schemas)
    make = partial(_made, columns, keys, dto, target, needed=needed)
    return Readings.of(target.dialect).of_statement(kept, make)


def _made(
    columns: Columns,
    keys: tuple[str, ...],
    dto: Any,
    target: Target,
    *,
    needed: tuple[str, ...],
    computed: Mapping[str, Any] = _NOTHING,
) -> Written:
    columns.check_complete((*keys, *computed))

    def make(returning: Sequence[Any]) -> Any:
        statement: Any = insert_row(columns.mapper, returning)
        return statement.values(computed) if computed else statement

    return written(columns, "insert", dto, target, make=make, keys=keys, needed=needed)
