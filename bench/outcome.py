"""Whether all who write leave the same rows, and give the same answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from bench.agreement import compare, plain
from bench.writers.writer import Writer
from bench.writes import Change

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bench.writable import Writable


async def agree_on_rows(
    writers: Mapping[str, Writer], changes: Iterable[Change], database: Writable
) -> None:
    """Raise `Disagreement` where what is left of one of these writes, or what it has answered, differs.

    writers: those who write, by name.
    """
    for change in changes:
        keys = change.keys
        for key in sorted({keys[0], keys[len(keys) // 2], keys[-1]}):
            outcomes = {
                f"{change.name} of {name}": await _outcome(writer, change, key, database)
                for name, writer in writers.items()
                if writer.has(change.name)
            }
            compare(key, outcomes)


def turn_of(
    writer: Writer, change: Change, database: Writable
) -> Callable[[], AbstractAsyncContextManager[None]]:
    """What is around each turn of a writer: its transaction where it has one, and the tables as they were."""

    @asynccontextmanager
    async def turn() -> AsyncIterator[None]:
        try:
            async with writer.transaction(kept=False) if change.inside else nullcontext():
                yield
        finally:
            database.restore()

    return turn


async def _outcome(writer: Writer, change: Change, key: int, database: Writable) -> Any:
    write = writer.writes()[change.name]
    try:
        async with writer.transaction(kept=True) if change.inside else nullcontext():
            answer = await write(key)
        return plain({"answer": _without_new_key(change, answer), **database.content()})
    finally:
        database.restore()


def _without_new_key(change: Change, answer: Any) -> Any:
    """The answer without the key of a new row, which is another one each time."""
    found = plain(answer)
    if isinstance(found, dict) and change.name != "update":
        found.pop("id")
    return found
