"""The UPDATE by key of patches of one type: looked into once for all that name the same attributes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from taskbound.dml.columns import columns_of
from taskbound.dml.key import VALUES
from taskbound.dml.values import has_sql, naming_of
from taskbound.filters.marked import MARKED
from taskbound.read.cache import Readings
from taskbound.statement.change import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.written import Written
    from taskbound.statement import Arguments, Target

    # The statement for new values, of which there are none yet, and what is made of the row.
    Make = Callable[[SessionSink, Columns, Any, dict[str, Any]], Written]

# Combinations of attributes that are kept: what mappings name has no other limit.
_KEPT = 200


class Patch(NamedTuple):
    """What changes a row by its key, where that is one column."""

    writing: Written
    take: Callable[[Sequence[Any]], Arguments]
    """Makes the arguments of the new values and the key."""


class Patches:
    """The patches that objects of one type make of rows of one class."""

    __slots__ = ("_kept", "columns", "named")

    def __init__(self, columns: Columns, named: Callable[[Any], Mapping[str, Any]]) -> None:
        self.columns: Columns = columns
        self.named: Callable[[Any], Mapping[str, Any]] = named
        """What an object gives to be changed, by attribute."""
        self._kept: dict[tuple[str, ...], Patch | None] = {}

    def patch(
        self, new: Mapping[str, Any], make: Make, sink: SessionSink, dto: Any
    ) -> Patch | None:
        """The patch for new values; None where there is more to do than that.

        A value that is SQL stands in the text, Python fills in what is computed on update, or the key
        itself changes. Raises what `make` raises.
        """
        names = tuple(new)
        try:
            patch = self._kept[names]
        except KeyError:
            patch = self._made(names, partial(make, sink, self.columns, dto))
        return None if patch is None or has_sql(new.values()) else patch

    def _made(
        self, names: tuple[str, ...], make: Callable[[dict[str, Any]], Written]
    ) -> Patch | None:
        patch: Patch | None = None
        columns, kept = self.columns, self._kept
        if names and columns.key[0] not in names:
            writing = make(dict.fromkeys(names))
            keys = (columns.column(name).key for name in names)
            take = writing.statement.taking((*keys, f"{KEY}{columns.key[0]}"))
            patch = None if take is None else Patch(writing, take)
        if len(kept) < _KEPT:
            kept[names] = patch
        return patch


def patches_of(
    model: type[Any], given: type[Any], key: Any, dto: Any, target: Target
) -> Patches | None:
    """The patches of a type of objects, looked into when they are first asked for.

    None where each is another one: for keys of several columns, rows of several tables, versions, filters,
    and objects that hold others.
    """
    if type(key) not in VALUES:
        return None
    kept = ("patches", model, given, dto, target.schemas, MARKED.version)
    return Readings.of(target.dialect).of_statement(kept, _looked_into, model, given)


def _looked_into(model: type[Any], given: type[Any]) -> Patches | None:
    columns = columns_of(model)
    is_one_row = len(columns.key) == 1 and not columns.is_joined
    if not is_one_row or columns.version is not None or MARKED.of(columns.mapper):
        return None
    named = naming_of(given, model)
    return None if named is None else Patches(columns, named)
