"""By which unique constraint an upsert finds the row that is there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import InstrumentedAttribute

from taskbound.errors import UnfitConflict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from taskbound.dml.columns import Columns

    Names = tuple[str, ...]


def named_by(columns: Columns, on: Any) -> tuple[str, ...] | None:
    """The attributes that the caller has named, checked; None where it is left to the values.

    on: an attribute of the class or its name, or a tuple of them.

    Raises `UnfitConflict` where they are no unique constraint of the table.
    """
    if on is None:
        return None
    parts = on if isinstance(on, tuple | list) else (on,)
    names = tuple(
        part.key if isinstance(part, InstrumentedAttribute) else str(part) for part in parts
    )
    there = unique(columns)
    found = next((one for one in there if set(one) == set(names)), None)
    if found is None:
        raise UnfitConflict(model=columns.name, on=names, constraints=there)
    return found


def filled_by(columns: Columns, attributes: Collection[str]) -> tuple[str, ...]:
    """The constraint that values fill: the primary key, else the only other one.

    Raises `UnfitConflict` where there is none, or there are several.
    """
    there = unique(columns)
    filled = tuple(names for names in there if set(names) <= set(attributes))
    if columns.key in filled:
        return columns.key
    if len(filled) != 1:
        raise UnfitConflict(model=columns.name, on=None, constraints=there, filled=filled)
    return filled[0]


@lru_cache(maxsize=1024)
def unique(columns: Columns) -> tuple[tuple[str, ...], ...]:
    """The attributes of each unique constraint and index, the primary key first."""
    found = dict.fromkeys((columns.key, *_unique(columns)))
    return tuple(found)


def _unique(columns: Columns) -> Iterator[Names]:
    table: Any = columns.mapper.local_table
    mapped = {column.key for column in columns.by_attribute.values()}
    for constraint in sorted(table.constraints, key=lambda one: str(one.name)):
        is_unique = isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint)
        # A deferred one is checked too late to say which row is meant.
        if is_unique and not constraint.deferrable:
            yield from _attributes(columns, tuple(constraint.columns), mapped)
    for index in sorted(table.indexes, key=lambda one: str(one.name)):
        # One on a part of the rows, or on expressions, needs more than columns to be named by.
        said = (value for name, value in index.dialect_kwargs.items() if name.endswith("_where"))
        if index.unique and all(value is None for value in said):
            yield from _attributes(columns, tuple(index.expressions), mapped)


def _attributes(columns: Columns, parts: tuple[Any, ...], mapped: set[str]) -> Iterator[Names]:
    if parts and all(isinstance(part, Column) and part.key in mapped for part in parts):
        yield tuple(columns.attribute(part.key) for part in parts)
