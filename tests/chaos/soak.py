"""Mixed work for minutes, and whether anything grows."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from dataclasses import dataclass, fields

from sqlalchemy import URL, literal, select

from taskbound import Database
from tests.chaos.figures import Figure, control
from tests.chaos.kept import Kept, highest, kept
from tests.chaos.ledger import (
    ACCOUNTS,
    TOTAL,
    Account,
    BalanceRead,
    Order,
    move,
    open_bank,
    read_total,
)

# MiB that resident memory may grow by after the warm-up: allocators give pages back late.
_GROWTH = 8.0

# How much the others may differ between two moments of work: connections that are just being replaced, and
# the tasks of operations that are under way.
_EXCHANGED = 4
_UNDER_WAY = 14
_MOST = {
    "memory": _GROWTH,
    "files": _EXCHANGED,
    "threads": _EXCHANGED,
    "tasks": _UNDER_WAY,
    "sessions": _EXCHANGED,
}

# Seconds between two looks at what is kept, and how many there are at least. The first half of them is
# the warm-up.
_BETWEEN = 2.0
_LOOKS = 4

_WORKERS = 6
_POOL = 4

# How many operations are cancelled.
_CANCELLED = 0.1

# What the control forgets, and the bytes of each answer that it keeps.
_FORGOTTEN = 16
_ANSWER = 3 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Soak:
    """What has grown in the second half, and in how many operations."""

    growth: Kept
    operations: int
    cancelled: int
    wrong_totals: int
    memory: tuple[float, float]
    """MiB after the warm-up, and at the end."""

    def figures(self, where: str) -> list[Figure]:
        """Memory may grow a little; the rest may not grow, but differ from moment to moment."""
        figures = [
            Figure(
                "soak",
                where,
                f"more {field.name}" + (" (MiB)" if field.name == "memory" else ""),
                max(0, getattr(self.growth, field.name)),
                most=_MOST[field.name],
                of=self.operations,
            )
            for field in fields(Kept)
        ]
        return [
            *figures,
            Figure("soak", where, "wrong totals", self.wrong_totals, of=self.operations),
        ]


class Mixture:
    """Reads by projection, reads and writes by the ORM, writes by statements, and cancellations."""

    def __init__(self, database: Database, seed: int) -> None:
        self._database = database
        self._chance = random.Random(seed)
        self._numbers = itertools.count()
        self.operations = 0
        self.cancelled = 0
        self.wrong_totals = 0

    async def work(self, until: float) -> None:
        """Work until a time of `time.monotonic()`."""
        while time.monotonic() < until:
            task = asyncio.create_task(self._operation())
            if self._chance.random() < _CANCELLED:
                await asyncio.wait((task,), timeout=self._chance.uniform(0, 0.01))
                task.cancel()
            await asyncio.wait((task,))
            self.operations += 1
            if task.cancelled():
                self.cancelled += 1
            else:
                task.result()

    async def _operation(self) -> None:
        chance = self._chance.random()
        if chance < 0.3:
            self.wrong_totals += await read_total(self._database, self._chance) != TOTAL
        elif chance < 0.6:
            number = self._chance.randrange(ACCOUNTS)
            async with self._database.session() as session:
                account = await session.get_one(Account, number)
                read = await session.project(BalanceRead, Account).get(number)
                assert read is not None and account.id == read.id
        else:
            # In one direction, so that nobody waits for each other in a circle.
            source, target = sorted(self._chance.sample(range(ACCOUNTS), 2))
            order = Order(f"soak-{next(self._numbers)}", source, target, 1)
            # Again where SQLite's lock was not to be had in time.
            await self._database.run(move, order, self._chance)


async def soak(url: URL, *, seconds: float, seed: int) -> Soak:
    """Work in an empty database for so many seconds, and look at what is kept meanwhile."""
    async with Database(url, pool_size=_POOL) as database:
        await open_bank(database)
        mixture = Mixture(database, seed)
        until = time.monotonic() + seconds
        workers = [asyncio.create_task(mixture.work(until)) for _ in range(_WORKERS)]
        looks: list[Kept] = []
        pause = min(_BETWEEN, seconds / (_LOOKS + 1))
        while time.monotonic() + pause < until or len(looks) < _LOOKS:
            await asyncio.sleep(pause)
            looks.append(await kept(url))
        await asyncio.gather(*workers)
    quarter = len(looks) // 4
    warm, end = looks[quarter : 2 * quarter], looks[-quarter:]
    return Soak(
        growth=highest(end) - highest(warm),
        operations=mixture.operations,
        cancelled=mixture.cancelled,
        wrong_totals=mixture.wrong_totals,
        memory=(highest(warm).memory, highest(end).memory),
    )


async def soak_controls(url: URL, where: str) -> list[Figure]:
    """Forget what has to be given back, and see all of it grow."""
    before = await kept(url)
    databases = [Database(url, pool_size=1) for _ in range(_FORGOTTEN)]
    sessions = [database.session() for database in databases]
    answers = [
        await session.scalar(select(literal("x" * _ANSWER) + str(number)))
        for number, session in enumerate(sessions)
    ]
    tasks = [asyncio.create_task(asyncio.Event().wait()) for _ in range(_FORGOTTEN)]
    grown = await kept(url) - before

    for session, database, task in zip(sessions, databases, tasks, strict=True):
        task.cancel()
        await session.close()
        await database.dispose()
    names = ["memory", "files", "tasks"]
    # SQLite has threads and no sessions, the servers have it the other way round.
    names.append("threads" if url.get_backend_name() == "sqlite" else "sessions")
    return [
        control(
            "soak",
            where,
            f"forgotten: more {name}",
            getattr(grown, name),
            of=len(answers),
            least=_GROWTH if name == "memory" else _FORGOTTEN - 1,
        )
        for name in names
    ]
