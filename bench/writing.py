"""The writes of all contenders on one driver, compared and then measured."""

from __future__ import annotations

import gc
from collections.abc import Mapping
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from bench.outcome import agree_on_rows, turn_of
from bench.rounds import Cell, cell, measure
from bench.writable import Writable
from bench.writes import CHANGES, listed

if TYPE_CHECKING:
    from sqlalchemy import URL

    from bench.choice import Choice
    from bench.writers.writer import Writer

# Rows that are enough to see whether all write the same.
_SAMPLE = 100


async def written(classes: Mapping[str, type[Writer]], chosen: Choice, url: URL) -> list[Cell]:
    """The times of each write by each of those who write.

    url: the database, as `Servers.writable` gives it.

    Raises `Disagreement` where they do not leave the same rows.
    """
    wanted = [change for change in CHANGES.values() if change.name in chosen.only]
    if not wanted:
        return []
    database = Writable(url)
    async with AsyncExitStack() as opened:
        writers = {
            name: await opened.enter_async_context(class_(url, rows=_SAMPLE))
            for name, class_ in classes.items()
        }
        await agree_on_rows(writers, wanted, database)
        cells = [
            cell(
                change.name,
                name,
                writer.writes()[change.name],
                change.keys,
                around=turn_of(writer, change, database),
            )
            for change in wanted
            for name, writer in writers.items()
            if writer.has(change.name)
        ]
        await measure([one for one in cells if one.read != "bulk"], chosen.pace)
        await _measure_bulk([one for one in cells if one.read == "bulk"], writers, chosen)
    return cells


async def _measure_bulk(cells: list[Cell], writers: Mapping[str, Writer], chosen: Choice) -> None:
    if not cells:
        return
    for writer in writers.values():
        writer.rows = chosen.rows
        listed(writer.dtos, chosen.rows)
    # The objects of the others are no garbage that anyone would have to look through.
    gc.collect()
    gc.freeze()
    try:
        await measure(cells, chosen.bulk_pace)
    finally:
        gc.unfreeze()
        listed.cache_clear()
