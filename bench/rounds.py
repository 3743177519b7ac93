"""Turns: each contender works for a moment, then the next, so that all meet the same machine."""

from __future__ import annotations

import gc
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field
from statistics import median

MICRO = 1_000_000

# The same for turns that are told apart.
_WARM_UP = 2

# Seconds of a call that makes many objects.
_HEAVY = 0.005


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is measured."""

    rounds: int
    seconds: float
    """How long a turn takes; at least one call is made."""
    warm_up: int = 2
    """Turns without a clock at the start: caches, compiled statements, prepared statements."""


@dataclass(slots=True)
class Cell:
    """A read or a write of one contender, and the times of its calls."""

    read: str
    contender: str
    call: Callable[[int], Awaitable[object]]
    keys: Iterator[int]
    reads: int = 1
    """Reads that a call makes."""
    around: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
    """What is opened before a turn and closed after it, outside of what is timed."""
    walls: list[float] = field(default_factory=list)
    cpus: list[float] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """Microseconds that a read takes, in the median."""
        return median(self.walls) / self.reads * MICRO

    @property
    def cpu(self) -> float:
        """Microseconds of this process's processor time a read, in the median of turns."""
        return median(self.cpus) / self.reads * MICRO


def cell(
    read: str,
    contender: str,
    call: Callable[[int], Awaitable[object]],
    keys: range,
    *,
    reads: int = 1,
    around: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
) -> Cell:
    """A cell without times, which takes `keys` in turn."""
    return Cell(read, contender, call, itertools.cycle(keys), reads, around)


async def measure(cells: Sequence[Cell], pace: Pace) -> None:
    """Fill the times of `cells`, in turns. The garbage collector is on, as it is in production."""
    for _ in range(pace.warm_up):
        for one in cells:
            await _turn(one, pace.seconds / 2)
            one.walls.clear()
            one.cpus.clear()
    for _ in range(pace.rounds):
        for one in cells:
            await _turn(one, pace.seconds)


async def turns(
    cells: Sequence[Cell], rounds: int, seconds: float
) -> list[tuple[tuple[float, float], ...]]:
    """For each round, the wall and processor time of a call of each cell, in microseconds.

    seconds: how long each cell works in a round.
    """
    found = []
    for number in range(_WARM_UP + rounds):
        one_round = []
        for one in cells:
            one.walls.clear()
            await _turn(one, seconds)
            one_round.append((median(one.walls) * MICRO, one.cpus[-1] * MICRO))
        if number >= _WARM_UP:
            found.append(tuple(one_round))
    return found


async def _turn(one: Cell, seconds: float) -> None:
    async with one.around():
        await _calls(one, seconds)


async def _calls(one: Cell, seconds: float) -> None:
    began = time.perf_counter()
    # What the others have pushed out of the processor's caches is none of its cost.
    await one.call(next(one.keys))
    if time.perf_counter() - began > _HEAVY:
        # Nor is the garbage that they have left, which a call that makes many objects would meet.
        gc.collect()
    began, busy, calls = time.perf_counter(), time.process_time(), 0
    while True:
        started = time.perf_counter()
        await one.call(next(one.keys))
        ended = time.perf_counter()
        one.walls.append(ended - started)
        calls += 1
        if ended - began >= seconds:
            break
    one.cpus.append((time.process_time() - busy) / calls)
