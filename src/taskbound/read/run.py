"""The whole read on one page: send the statement, read the batches that follow it, make DTOs of the rows."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from taskbound.errors import CyclicTree
from taskbound.statement import KEYS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from contextlib import AbstractAsyncContextManager
    from typing import TypeAlias

    from sqlalchemy import Dialect

    from taskbound.plan.layout import Rows
    from taskbound.read.asked import Ready
    from taskbound.read.reading import BatchReading
    from taskbound.read.stream import OpenStream, StreamedStatement
    from taskbound.statement import Arguments, Target

    Fetch: TypeAlias = Callable[[str, Arguments], Awaitable[Rows]]
    Lines: TypeAlias = Mapping[Any, frozenset[Any]]

# Keys in one statement. Few different lengths, so that few different texts are prepared.
_LENGTHS = (1, 5, 25, 100, 500)


class Source(Protocol):
    """Where a read goes: a session, or the pool of a database."""

    @property
    def dialect(self) -> Dialect:
        """The dialect to compile for."""

    @property
    def target(self) -> Target:
        """What to compile for."""

    @property
    def cursor_key(self) -> bytes:
        """What the cursors of its pages are signed with."""

    async def fetch(self, sql: str, arguments: Arguments) -> Rows:
        """The rows of the only statement of a read."""

    def transaction(self) -> AbstractAsyncContextManager[Fetch]:
        """One connection and transaction for the statements of a read that needs several."""

    async def stream(self, statement: StreamedStatement) -> OpenStream:
        """The rows of a statement, some at a time, in a transaction that lasts until they are closed."""


async def read(source: Source, ready: Ready) -> list[Any]:
    """The DTOs that were asked for."""
    reading = ready.reading
    if reading.batches:
        return (await read_rows(source, ready))[1]
    # Most reads; a coroutine less on the way of each.
    sql, arguments = reading.statement.bound(ready.parameters, ready.extracted)
    return reading.assemble(await source.fetch(sql, arguments), ())


async def read_rows(source: Source, ready: Ready) -> tuple[Rows, list[Any]]:
    """The rows as the driver returns them, and the DTOs made of them."""
    reading = ready.reading
    sql, arguments = reading.statement.bound(ready.parameters, ready.extracted)
    if not reading.batches:
        rows = await source.fetch(sql, arguments)
        return rows, reading.assemble(rows, ())
    async with source.transaction() as fetch:
        rows = await fetch(sql, arguments)
        children = [await read_children(fetch, batch, rows, ready) for batch in reading.batches]
    return rows, reading.assemble(rows, children)


async def read_children(
    fetch: Fetch,
    batch: BatchReading,
    parents: Rows,
    ready: Ready,
    lines: Lines | None = None,
) -> dict[Any, list[Any]]:
    """The children of all parents, by the key of their parent.

    ready: has the values of criteria and of filters, which hold for children, too.
    lines: in a tree, the keys of each parent and of all above it; None for the level above its children.
    """
    found: dict[Any, list[Any]] = {}
    keys = list(_keys(parents, batch.asked))
    for start in range(0, len(keys), _LENGTHS[-1]):
        asked = [_converted(key, batch) for key in _padded(keys[start : start + _LENGTHS[-1]])]
        rows = await fetch(
            *batch.statement.bound({**ready.parameters, KEYS: asked}, ready.extracted)
        )
        below = [await read_children(fetch, further, rows, ready) for further in batch.batches]
        if batch.recursive:
            above = lines or {key: frozenset((key,)) for key in keys}
            level = replace(batch, asked=batch.own)
            longer = _longer(batch, rows, above)
            below.append(await read_children(fetch, level, rows, ready, longer))
        children = batch.assemble(rows, below)
        for row, child in zip(rows, children, strict=True):
            found.setdefault(_key(row, batch.keys), []).append(child)
    return found


def _longer(batch: BatchReading, rows: Rows, above: Lines) -> Lines:
    """The lines of a tree's nodes. Raises `CyclicTree` where a node is among its own descendants."""
    lines: dict[Any, frozenset[Any]] = {}
    for row in rows:
        key, line = _key(row, batch.own), above[_key(row, batch.keys)]
        if key in line:
            raise CyclicTree(relation=batch.relation, key=key)
        lines[key] = line | {key}
    return lines


def _keys(rows: Rows, places: tuple[int, ...]) -> dict[Any, None]:
    """The keys of rows, each once; without those of an object that is not there."""
    found = dict.fromkeys(_key(row, places) for row in rows)
    absent = None if len(places) == 1 else (None,) * len(places)
    found.pop(absent, None)
    return found


def _key(row: Sequence[Any], places: tuple[int, ...]) -> Any:
    return row[places[0]] if len(places) == 1 else tuple(row[place] for place in places)


def _padded(keys: list[Any]) -> list[Any]:
    length = next(length for length in _LENGTHS if length >= len(keys))
    return keys + keys[-1:] * (length - len(keys))


def _converted(key: Any, batch: BatchReading) -> Any:
    """A key as the statement takes it: not the driver's value, but the one in Python."""
    if len(batch.converts) == 1:
        (convert,) = batch.converts
        return convert(key) if convert else key
    return tuple(
        convert(part) if convert else part
        for part, convert in zip(key, batch.converts, strict=True)
    )
