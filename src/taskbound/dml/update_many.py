"""New values in many rows, each of which names its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from taskbound.dml.chunks import chunks
from taskbound.dml.columns import columns_of
from taskbound.dml.held import expire_row
from taskbound.dml.inherited import update_joined
from taskbound.dml.missing import missing
from taskbound.dml.naming import name_fields
from taskbound.dml.read_back import read_all
from taskbound.dml.rows import among
from taskbound.dml.update import Change, one_of_many
from taskbound.errors import Refusal, StaleVersion, UnfitValues
from taskbound.filters.marked import MARKED
from taskbound.filters.written import check_kept
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Collection, Iterable

    from taskbound.dml.columns import Columns
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.update import OneOfMany
    from taskbound.errors import Failure
    from taskbound.statement import Arguments

# Rows in memory at a time; SQLite takes 32,766 parameters, and the keys are read back in one statement.
_PORTION = 1000
# Rows that an error names, of which it can have been any.
_NAMED = 10


async def update_many(
    sink: SessionSink, model: type[Any], rows: Iterable[Any] | AsyncIterable[Any], dto: Any
) -> Any:
    """Update each row by the key among its values.

    Returns how many there were, or what `dto` is made of them, in their order.
    """
    columns = columns_of(model)
    count, made, seen = 0, list[Any](), set[tuple[Any, ...]]()
    async for portion in chunks(rows, _PORTION):
        changes = [one_of_many(columns, values) for values in portion]
        for change in changes if MARKED.of(columns.mapper) else ():
            check_kept(sink.filters, columns.mapper, change.new)
        _check_each_once(columns, changes, seen)
        try:
            await _change(sink, columns, changes)
        except Refusal as error:
            # Which of the rows it is about is not told; they all have the same fields.
            name_fields(error, "update", model, portion[0], sink)
            raise
        count += len(changes)
        if dto is not None:
            keys = [tuple(change.identity.values()) for change in changes]
            made += await read_all(sink, columns, dto, keys)
    return count if dto is None else made


def _check_each_once(
    columns: Columns, changes: list[OneOfMany], seen: set[tuple[Any, ...]]
) -> None:
    before = len(seen)
    seen.update(tuple(change.identity.values()) for change in changes)
    if len(seen) - before < len(changes):
        raise UnfitValues(
            model=columns.name,
            reason="names a row twice",
            cure="give each row once, with all that is to change in it",
        )


async def _change(sink: SessionSink, columns: Columns, changes: list[OneOfMany]) -> None:
    if columns.is_joined:
        for change in changes:
            if change.new:
                await update_joined(sink, columns, change.new, change.identity, change.version)
    else:
        for group in _grouped(sink, columns, changes):
            found = await sink.changed_many(group.what, group.sql, group.arguments)
            if found != len(group.changes):
                raise await _not_found(sink, columns, group.changes)
    for change in changes:
        expire_row(sink.session, columns, change.identity, change.new)


@dataclass(slots=True, eq=False)
class _Group:
    """The changes that one statement makes."""

    what: str
    sql: str
    changes: list[OneOfMany] = field(default_factory=list)
    arguments: list[Arguments] = field(default_factory=list)


def _grouped(sink: SessionSink, columns: Columns, changes: list[OneOfMany]) -> Collection[_Group]:
    groups: dict[str, _Group] = {}
    for number, change in enumerate(changes):
        if not change.new:
            continue
        made = Change(columns, change.new, change.version, None, sink)
        writing, sql, arguments = made.bound(change.identity)
        # Values that are SQL stand in the text, with parameters of their own.
        name = f"{sql} {number}" if made.is_computed else sql
        group = groups.setdefault(name, _Group(writing.what, sql))
        group.changes.append(change)
        group.arguments.append(arguments)
    return groups.values()


async def _not_found(sink: SessionSink, columns: Columns, changes: list[OneOfMany]) -> Failure:
    """The error for rows of which one is not there, or not in its version."""
    class_ = columns.mapper.class_
    keys = [tuple(change.identity.values()) for change in changes]
    names = [*columns.key, *([columns.version] if columns.version else [])]
    asked = select(*(getattr(class_, name) for name in names)).where(among(columns, keys))
    width = len(columns.key)
    found = {tuple(row[:width]): row[width:] for row in await sink.executed(asked)}
    stale = []
    for key, change in zip(keys, changes, strict=True):
        if key not in found:
            return missing(columns, change.identity, None, "update")
        if change.version is not None and not _has_become(columns, change.version, found[key][0]):
            stale.append((columns.name, key))
    # Somebody else may have made the version that this was to make: then it can have been any of them.
    named = stale or [(columns.name, key) for key in keys]
    entities = tuple(named) if len(named) <= _NAMED else ()
    return StaleVersion(entities=entities, place=calling_place())


def _has_become(columns: Columns, before: Any, now: Any) -> bool:
    """Whether a version is the one that follows another."""
    generator: Any = columns.mapper.version_id_generator
    return generator is not False and generator(before) == now
