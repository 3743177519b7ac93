"""New values in many rows, each of which names its key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from taskbound.dml.held import expire_row
from taskbound.dml.inherited import update_joined
from taskbound.dml.keyed_load import KeyedLoad
from taskbound.dml.load import Wanted
from taskbound.dml.missing import missing
from taskbound.dml.naming import name_fields
from taskbound.dml.portion import Portion
from taskbound.dml.read_back import read_all
from taskbound.dml.rows import among
from taskbound.dml.update import one_of_many
from taskbound.dml.update_group import groups_of
from taskbound.errors import Refusal, StaleVersion, UnfitValues
from taskbound.filters.marked import MARKED
from taskbound.filters.written import check_kept
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Sequence

    from taskbound.dml.columns import Columns
    from taskbound.dml.load import Attempt
    from taskbound.dml.naming import Verb
    from taskbound.dml.sink import SessionSink
    from taskbound.dml.update import OneOfMany
    from taskbound.errors import Failure

# Rows in memory at a time; SQLite takes 32,766 parameters, and the keys are read back in one statement.
_PORTION = 1000
# Rows that an error names, of which it can have been any.
_NAMED = 10


async def update_many(
    sink: SessionSink, model: type[Any], rows: Iterable[Any] | AsyncIterable[Any], dto: Any
) -> Any:
    """Update each row by the key among its values; what fails leaves all as they were.

    Returns how many there were, or what `dto` is made of them, in their order.
    """
    loaded = await UpdateLoad(sink, model, dto).run(rows)
    return loaded.written if dto is None else loaded.rows


class UpdateLoad(KeyedLoad):
    """The rows of one call. Of a portion those that name the same attributes are sent together."""

    _change: Verb = "update"

    def __init__(self, sink: SessionSink, model: type[Any], dto: Any) -> None:
        super().__init__(sink, model, Wanted(dto, _PORTION), "update_many")
        self._seen: set[tuple[Any, ...]] = set()

    def _is_one_statement(self, first: list[Any]) -> bool:
        return len(first) == 1 and self._wanted.dto is None and not self._columns.is_joined

    def _attempt(self, portion: Portion) -> Attempt:
        columns = self._columns
        changes = [one_of_many(columns, values) for values in portion.given]
        for change in changes if MARKED.of(columns.mapper) else ():
            check_kept(self._sink.filters, columns.mapper, change.new)
        self._check_each_once(changes)
        return partial(self._changed, portion, changes)

    def _check_each_once(self, changes: list[OneOfMany]) -> None:
        before = len(self._seen)
        self._seen.update(tuple(change.identity.values()) for change in changes)
        if len(self._seen) - before < len(changes):
            raise UnfitValues(
                model=self._columns.name,
                reason="names a row twice",
                cure="give each row once, with all that is to change in it",
            )

    async def _changed(
        self, portion: Portion, changes: list[OneOfMany], start: int, end: int
    ) -> list[Any]:
        some, dto = changes[start:end], self._wanted.dto
        try:
            await _change(self._sink, self._columns, some)
        except Refusal as error:
            if not self._sink.can_undo:
                # Then none is tried by itself, and which one it is about is not known.
                name_fields(error, "update", self._model, portion.given[start], self._sink)
            raise
        # No statement has looked for these.
        unchanged = [change for change in some if not change.new]
        if dto is None:
            unchanged = [change for change in unchanged if change.version is not None]
        if unchanged:
            await _check_there(self._sink, self._columns, unchanged)
        if dto is None:
            return []
        keys = [tuple(change.identity.values()) for change in some]
        return await read_all(self._sink, self._columns, dto, keys)


async def _change(sink: SessionSink, columns: Columns, changes: list[OneOfMany]) -> None:
    if columns.is_joined:
        for change in changes:
            if change.new:
                await update_joined(sink, columns, change.new, change.identity, change.version)
    else:
        for group in groups_of(sink, columns, changes):
            found = await sink.changed_many(group.what, group.sql, group.arguments)
            if found != len(group.changes):
                raise await _not_found(sink, columns, group.changes)
    if sink.session.identity_map._dict:
        for change in changes:
            expire_row(sink.session, columns, change.identity, change.new)


async def _check_there(sink: SessionSink, columns: Columns, changes: Sequence[OneOfMany]) -> None:
    """Raise `NotFound` where one of the rows is not there, `StaleVersion` where it is not in its version."""
    found = await _found(sink, columns, changes)
    for change in changes:
        versions = found.get(tuple(change.identity.values()))
        is_stale = change.version is not None and versions != (change.version,)
        if versions is None or is_stale:
            raise missing(columns, change.identity, change.version, "update")


async def _found(
    sink: SessionSink, columns: Columns, changes: Sequence[OneOfMany]
) -> dict[tuple[Any, ...], Sequence[Any]]:
    """Of the rows that are there the versions by key, where they have one."""
    class_ = columns.mapper.class_
    keys = [tuple(change.identity.values()) for change in changes]
    names = [*columns.key, *([columns.version] if columns.version else [])]
    asked = select(*(getattr(class_, name) for name in names)).where(among(columns, keys))
    width = len(columns.key)
    return {tuple(row[:width]): tuple(row[width:]) for row in await sink.executed(asked)}


async def _not_found(sink: SessionSink, columns: Columns, changes: Sequence[OneOfMany]) -> Failure:
    """The error for rows of which one is not there, or not in its version."""
    found = await _found(sink, columns, changes)
    keys = [tuple(change.identity.values()) for change in changes]
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
