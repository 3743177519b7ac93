"""The UPDATE by key of patches that name the same attributes: looked into once, for all of them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from taskbound.dml.values import is_sql
from taskbound.read.cache import Readings
from taskbound.statement.change import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.written import Written
    from taskbound.statement import Arguments, Target


class Patch(NamedTuple):
    """What changes a row by its key, where that is one column."""

    writing: Written
    take: Callable[[Sequence[Any]], Arguments]
    """Makes the arguments of the new values and the key."""

    def bound(
        self, new: Mapping[str, Any], identity: Mapping[str, Any]
    ) -> tuple[str, Arguments] | None:
        """The SQL text and its arguments; None where a value is SQL, which would stand in the text."""
        if any(map(is_sql, new.values())):
            return None
        return self.writing.statement.sql, self.take((*new.values(), *identity.values()))


def patch_of(
    columns: Columns,
    names: Iterable[str],
    dto: Any,
    target: Target,
    make: Callable[[dict[str, Any]], Written],
) -> Patch | None:
    """The patch with these attributes, looked into when it is first asked for.

    make: the statement for new values, of which there are none yet.

    None where there is more to do: rows of several tables, versions, what Python fills in.
    """
    named = tuple(names)
    kept = ("patch", columns.mapper, named, dto, target.schemas)
    return Readings.of(target.dialect).of_statement(kept, partial(_made, columns, named, make))


def _made(
    columns: Columns, names: tuple[str, ...], make: Callable[[dict[str, Any]], Written]
) -> Patch | None:
    is_plain = names and columns.version is None and not columns.is_joined
    if not is_plain or len(columns.key) > 1 or columns.key[0] in names:
        return None
    writing = make(dict.fromkeys(names))
    keys = (columns.column(name).key for name in names)
    take = writing.statement.taking((*keys, f"{KEY}{columns.key[0]}"))
    return None if take is None else Patch(writing, take)
