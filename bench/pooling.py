"""Many tasks on a small pool: each reads one order after the other."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable

from bench.reads import QUESTIONS, Read
from bench.rounds import Cell, cell

TASKS = 64
CONNECTIONS = 8

# Orders that each task reads in a turn.
READS = 4


def pool_cell(contender: str, one: Read) -> Cell:
    """A cell whose call is a turn of all tasks; its times are those of one read.

    one: reads an order, on a pool of `CONNECTIONS` that nobody else uses.
    """
    return cell("pool", contender, _crowd(one), range(1), reads=TASKS * READS)


def _crowd(one: Read) -> Callable[[int], Awaitable[None]]:
    keys = itertools.cycle(QUESTIONS["one"].keys)

    async def read() -> None:
        for _ in range(READS):
            await one(next(keys))

    async def crowd(_: int) -> None:
        async with asyncio.TaskGroup() as group:
            for _ in range(TASKS):
                group.create_task(read())

    return crowd
