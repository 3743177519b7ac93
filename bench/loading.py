"""Memory while very many rows are written, each contender in a child of its own.

`python -m bench.loading DRIVER CONTENDER ROWS` with the database on its standard input is that child.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict

from sqlalchemy import URL, make_url

from bench.memory import forget_peak, in_child, peak, resident
from bench.streaming import Streamed
from bench.writers import writers
from bench.writes import events

# Rows that are written before the start.
_FIRST = 1_000


async def loaded(driver: str, contender: str, url: URL, rows: int) -> Streamed:
    """What it costs this contender to write so many rows, each of them made when it is asked for.

    Raises `RuntimeError` where it fails, with what it wrote.
    """
    return Streamed(**await in_child("bench.loading", driver, contender, str(rows), url=url))


async def _load(driver: str, contender: str, rows: int, url: URL) -> Streamed:
    async with writers(driver)[contender](url, rows=rows) as opened:
        # What a first write brings into memory, code above all, stays for every later one.
        await opened.load(events(opened.dtos, _FIRST))
        forget_peak()
        start, began = resident(), time.perf_counter()
        await opened.load(events(opened.dtos, rows))
        return Streamed(rows, time.perf_counter() - began, peak() - start)


if __name__ == "__main__":
    asked = sys.argv[1], sys.argv[2], int(sys.argv[3])
    found = asyncio.run(_load(*asked, make_url(sys.stdin.read())))
    print(json.dumps(asdict(found)))
