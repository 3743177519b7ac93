"""Memory while very many rows are streamed, each contender in a child of its own.

`python -m bench.streaming DRIVER CONTENDER` with the database on its standard input is that child.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass

from sqlalchemy import URL, make_url

from bench.contenders import installed
from bench.memory import forget_peak, in_child, peak, resident


@dataclass(frozen=True, slots=True)
class Streamed:
    """What a stream has cost, of rows that are read or of rows that are written."""

    rows: int
    seconds: float
    grown: int
    """Bytes of resident memory at the most, above those at the start."""


async def streamed(driver: str, contender: str, url: URL) -> Streamed:
    """What it costs this contender to read every measurement.

    Raises `RuntimeError` where it fails, with what it wrote.
    """
    return Streamed(**await in_child("bench.streaming", driver, contender, url=url))


async def _stream(driver: str, contender: str, url: URL) -> Streamed:
    async with installed(driver)[contender](url, connections=1) as opened:
        # What a first read brings into memory, code above all, stays for every later one.
        await opened.reads()["one"](1)
        forget_peak()
        start, began = resident(), time.perf_counter()
        rows = await opened.stream()
        return Streamed(rows, time.perf_counter() - began, peak() - start)


if __name__ == "__main__":
    found = asyncio.run(_stream(sys.argv[1], sys.argv[2], make_url(sys.stdin.read())))
    print(json.dumps(asdict(found)))
