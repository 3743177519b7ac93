"""Many rows taken apart at once, a column at a time: a call for each row would cost more than the driver."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from taskbound.dml.values import has_sql, taking_of, values_for_insert
from taskbound.filters.marked import MARKED
from taskbound.filters.written import filled, own_values
from taskbound.shape.unset import unset_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.filters.chosen import Filters

_NONE = frozenset((type(None),))


class Portion(NamedTuple):
    """Rows one after the other that name the same columns."""

    first: int
    """The number of the first of them."""
    given: Sequence[Any]
    """The rows as the caller has given them."""
    columns: dict[str, Sequence[Any]] | None
    """By the key of a column its value in each row; None where each row is to be written by itself."""

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.given)


def portions(
    columns: Columns,
    rows: list[Any],
    first: int,
    kind: Callable[[Any], Any] | None = None,
) -> Iterator[Portion]:
    """Rows in their order, by what they name.

    first: the number of the first row.
    kind: what is the same for rows that may stand together; None for the columns of a new row.

    Raises what `values_for_insert` raises.
    """
    kinds = _kinds(rows) if kind is None else set(map(kind, rows))
    runs: Iterable[tuple[Any, Iterable[Any]]] = groupby(rows, kind or _kind)
    for _, run in runs if len(kinds) > 1 else [(None, rows)]:
        alike = run if isinstance(run, list) else list(run)
        yield from _of_kind(columns, alike, first)
        first += len(alike)


def in_filters(filters: Filters, columns: Columns, portion: Portion) -> Portion:
    """The rows with the values that filters have in the session.

    Raises `PastFilter` where one has another, or the session has none.
    """
    if portion.columns is None or not MARKED.of(columns.mapper):
        return portion
    found = dict(portion.columns)
    for name, value in own_values(filters, columns.mapper).items():
        key = columns.column(name).key
        for given in found.get(key, ()):
            filled(filters, columns.mapper, {name: given})
        found[key] = [value] * portion.size
    return portion._replace(columns=found)


def _kinds(rows: Iterable[Any]) -> set[Any]:
    types: set[Any] = set(map(type, rows))
    if len(types) == 1 and issubclass(next(iter(types)), Mapping):
        return set(map(tuple, rows))
    return types


def _kind(row: Any) -> Any:
    return tuple(row) if isinstance(row, Mapping) else type(row)


def _of_kind(columns: Columns, rows: list[Any], first: int) -> Iterator[Portion]:
    taken = None if columns.is_joined else _taken(columns, rows)
    found = None if taken is None else _for_insert(columns, *taken, len(rows))
    if found is None:
        yield from _by_row(columns, rows, first)
    else:
        yield Portion(first, rows, found)


def _taken(
    columns: Columns, rows: list[Any]
) -> tuple[Sequence[str], Sequence[Sequence[Any]], bool] | None:
    """The attributes that the rows name, their values column by column, and whether some may be `UNSET`."""
    row = rows[0]
    if isinstance(row, Mapping):
        names = tuple(row)
        # Not a tuple for each row: so many objects at a time set off the garbage collector.
        return names, [list(map(itemgetter(name), rows)) for name in names], True
    fields = taking_of(type(row), columns.mapper.class_).fields
    if fields is None:
        return None
    return tuple(fields.values()), [list(map(attrgetter(name), rows)) for name in fields], False


def _for_insert(
    columns: Columns,
    names: Sequence[str],
    lists: Sequence[Sequence[Any]],
    may_be_unset: bool,
    count: int,
) -> dict[str, Sequence[Any]] | None:
    """As `Columns.for_insert`, for all rows; None where that differs between them."""
    found: dict[str, Sequence[Any]] = {}
    unset = {type(value) for value in unset_values()}
    for name, values in zip(names, lists, strict=True):
        key = columns.column(name).key
        if may_be_unset or columns.leaves_out(name, None):
            kinds = set(map(type, values))
            if not kinds.isdisjoint(unset) or any(map(_is_sql_type, kinds)):
                return None
            if columns.leaves_out(name, None) and type(None) in kinds:
                if kinds == _NONE:
                    continue
                return None
        found[key] = values
    for key, value in columns.for_insert({}).items():
        if key in columns.constants:
            found[key] = [value] * count
        elif key not in found:
            found[key] = [columns.for_insert({})[key] for _ in range(count)]
    return found


def _is_sql_type(kind: type[Any]) -> bool:
    return hasattr(kind, "__clause_element__") or hasattr(kind, "__visit_name__")


def _by_row(columns: Columns, rows: list[Any], first: int) -> Iterator[Portion]:
    """Rows that differ in what they name, run by run."""
    written = [_row(columns, row) for row in rows]
    numbered = list(zip(rows, written, strict=True))
    for keys, run in groupby(numbered, lambda pair: None if pair[1] is None else tuple(pair[1])):
        alike = list(run)
        given = [row for row, _ in alike]
        if keys is None:
            yield Portion(first, given, None)
        else:
            values = [found for _, found in alike if found is not None]
            yield Portion(first, given, {key: [one[key] for one in values] for key in keys})
        first += len(alike)


def _row(columns: Columns, row: Any) -> dict[str, Any] | None:
    """A row by column; None where it takes more than one plain INSERT."""
    found = values_for_insert(columns.mapper.class_, row)
    if found.below or columns.is_joined or has_sql(found.columns.values()):
        return None
    return columns.for_insert(found.columns)
