"""DTOs one after the other, with a portion of their rows in memory at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from taskbound.errors import UnfitPage
from taskbound.read.run import read_children

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from taskbound.plan.layout import Rows
    from taskbound.read.asked import Ready
    from taskbound.read.run import Source
    from taskbound.statement import Arguments

# Rows of one fetch at most: they are all in memory at the same time.
_LARGEST = 100_000


class StreamedStatement(NamedTuple):
    """A statement whose rows are to come some at a time."""

    sql: str
    arguments: Arguments
    size: int
    """Rows of one fetch."""
    batched: bool
    """Whether other statements are sent between two fetches."""
    dto: str
    """For messages."""


class OpenStream(Protocol):
    """The rows of a statement on a connection."""

    async def rows(self) -> Rows:
        """The next rows; none at the end."""

    async def fetch(self, sql: str, arguments: Arguments) -> Rows:
        """The rows of another statement, in the same transaction."""

    async def close(self) -> None:
        """Give the connection back, if it was taken for this. Called once, in any task."""


async def stream(source: Source, ready: Ready, size: int) -> AsyncGenerator[Any, None]:
    """The DTOs that were asked for, of `size` rows at a time.

    This is the only asynchronous generator here. Where it is abandoned, the event loop closes it; it would
    close one inside it at the same time, and that fails.
    """
    reading = ready.reading
    sql, arguments = reading.statement.bound(ready.parameters, ready.extracted)
    statement = StreamedStatement(
        sql, arguments, size, bool(reading.batches), reading.plan.shape.name
    )
    opened = await source.stream(statement)
    try:
        while rows := await opened.rows():
            children = [
                await read_children(opened.fetch, batch, rows, ready) for batch in reading.batches
            ]
            for item in reading.assemble(rows, children):
                yield item
    finally:
        await opened.close()


def check_size(size: int) -> None:
    """Raise `UnfitPage` where so many rows cannot be fetched at a time."""
    if not 1 <= size <= _LARGEST:
        raise UnfitPage(
            reason=f"a stream cannot fetch {size} rows at a time",
            cure=f"give it a size from 1 to {_LARGEST}",
        )
