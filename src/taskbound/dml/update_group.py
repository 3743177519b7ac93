"""Which of many updates go by one statement, and its arguments for each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from taskbound.dml.filled import filled
from taskbound.dml.load import bound_rows
from taskbound.dml.refused import Unfit
from taskbound.dml.update import Change
from taskbound.dml.values import has_sql, is_sql
from taskbound.statement.change import KEY, VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.update import OneOfMany
    from taskbound.dml.written import Written
    from taskbound.statement import Arguments


class Group(NamedTuple):
    """The changes that one statement makes."""

    what: str
    sql: str
    changes: Sequence[OneOfMany]
    arguments: Sequence[Arguments]


def groups_of(sink: SessionSink, columns: Columns, changes: Sequence[OneOfMany]) -> Iterator[Group]:
    """The groups of changes, in the order of the first of each. What changes nothing is in none.

    Raises `Unfit` where a value is none of its column's type, and what `Change` raises.
    """
    together: dict[Any, list[OneOfMany]] = {}
    for number, change in enumerate(changes):
        if change.new:
            # Values that are SQL stand in the text, which is another one for each row then.
            named = number if has_sql(change.new.values()) else tuple(change.new)
            together.setdefault((named, change.version is not None), []).append(change)
    for alike in together.values():
        yield from _groups(sink, columns, alike)


def _groups(sink: SessionSink, columns: Columns, changes: list[OneOfMany]) -> Iterator[Group]:
    first, count = changes[0], len(changes)
    writing = Change(columns, first.new, first.version, None, sink).writing()
    given = _given(columns, changes)
    given |= {name: [value] * count for name, value in sink.filters.parameters.items()}
    statement = writing.statement
    every = filled(statement.defaults, given, count, writing.absent)
    if statement.parameters:
        try:
            arguments = list(bound_rows(statement, every, count))
        except Unfit as error:
            raise Unfit(_column(columns, error.column)) from error.__cause__
        yield Group(writing.what, statement.sql, changes, arguments)
    else:
        yield from _one_by_one(writing, changes, every)


def _one_by_one(
    writing: Written, changes: list[OneOfMany], values: dict[str, Sequence[Any]]
) -> Iterator[Group]:
    """Where lists in the conditions of filters are written out, so that nothing is sent together."""
    for number, change in enumerate(changes):
        sql, arguments = writing.bound({name: each[number] for name, each in values.items()})
        yield Group(writing.what, sql, [change], [arguments])


def _given(columns: Columns, changes: list[OneOfMany]) -> dict[str, Sequence[Any]]:
    """By parameter its value for each of the changes, which name the same attributes."""
    first = changes[0]
    given: dict[str, Sequence[Any]] = {
        columns.column(name).key: [change.new[name] for change in changes]
        for name, value in first.new.items()
        if not is_sql(value)
    }
    for name in columns.key:
        given[f"{KEY}{name}"] = [change.identity[name] for change in changes]
    if first.version is not None:
        versions = given[VERSION] = [change.version for change in changes]
        counted: Any = columns.mapper.version_id_col
        make: Any = columns.mapper.version_id_generator
        if make is not False:
            given[counted.key] = [make(version) for version in versions]
    return given


def _column(columns: Columns, parameter: str | None) -> str | None:
    """The key of the column that a parameter is for; None where it is for none."""
    if parameter == VERSION:
        counted: Any = columns.mapper.version_id_col
        return str(counted.key)
    if parameter is not None and parameter.startswith(KEY):
        return str(columns.column(parameter.removeprefix(KEY)).key)
    return parameter
