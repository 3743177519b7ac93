"""What taskbound costs those who use it for nothing but sessions: the guard, and the import."""

from __future__ import annotations

import subprocess
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from statistics import median

from sqlalchemy import URL, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bench.models import Customer, Order
from bench.reads import Read
from bench.rounds import Cell, Pace, cell, turns
from taskbound import Database, TaskSession

# Pairs of turns for each round of other reads.
PAIRS = 8

# Times that each import is measured, in a process of its own.
IMPORTS = 15

# Operations of a session that are measured together.
OPERATIONS = 100

# Without the collector: when SQLAlchemy has been imported, a full collection of what it has made is one
# module away, so that it would be charged to whatever is imported next, and to nothing the first time.
_TIMED = (
    "import gc, time; gc.disable(); t = time.perf_counter(); {}; print(time.perf_counter() - t)"
)


@dataclass(frozen=True, slots=True)
class Costs:
    """With taskbound, divided by without; and the difference a call, in microseconds."""

    orm: float
    operation: float
    imported: float


async def costs(url: URL, pace: Pace) -> Costs:
    """The costs, measured in turns on the database with the rows of `seed.py`."""
    async with AsyncExitStack() as opened:
        cells: dict[tuple[str, bool], Cell] = {}
        for guard in (True, False):
            database = await opened.enter_async_context(Database(url, guard=guard))
            cells["orm", guard] = cell("orm", str(guard), _orm(database), range(1, 1001))
            # Of a pool of its own: the other reads would each be told that it holds a second connection.
            other = await opened.enter_async_context(Database(url, guard=guard))
            session = await opened.enter_async_context(other.session())
            # Held, so that it is found in the session and nothing is sent.
            kept = await session.get(Customer, 1)
            assert kept is not None
            cells["operation", guard] = cell("get", str(guard), _operation(session, kept), range(1))
        orm = await _pairs(cells["orm", True], cells["orm", False], pace)
        operation = await _pairs(cells["operation", True], cells["operation", False], pace)
    return Costs(
        median(guarded / plain for guarded, plain in orm),
        median(guarded - plain for guarded, plain in operation) / OPERATIONS,
        _import_ratio(),
    )


async def _pairs(guarded: Cell, plain: Cell, pace: Pace) -> list[tuple[float, float]]:
    """What a call takes in turns that follow each other, in microseconds.

    A difference of a few in a hundred is less than what the machine's speed changes within a run, so each
    turn is held against its neighbour.
    """
    return [
        (one[0], other[0])
        for one, other in await turns((guarded, plain), pace.rounds * PAIRS, pace.seconds)
    ]


def _orm(database: Database) -> Read:
    async def read(key: int) -> Order:
        whole = (joinedload(Order.customer), selectinload(Order.lines))
        async with database.session() as session:
            statement = select(Order).where(Order.id == key).options(*whole)
            return (await session.scalars(statement)).one()

    return read


def _operation(session: TaskSession, kept: Customer) -> Read:
    # Beyond the greenlet, which is the same with and without: six times what the guard costs, its noise
    # would be more than the difference.
    def gets(inner: Session) -> bool:
        return all(inner.get(Customer, 1) is kept for _ in range(OPERATIONS))

    async def get(_: int) -> bool:
        return await session.run_sync(gets)

    return get


def _import_ratio() -> float:
    """The import of taskbound, divided by that of what it stands on."""
    names = ("from taskbound import Database, TaskSession", "import sqlalchemy.ext.asyncio")
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(IMPORTS):
        for name in names:
            seconds[name].append(_seconds_of_import(name))
    ours, theirs = (seconds[name] for name in names)
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def _seconds_of_import(statement: str) -> float:
    # Isolated, so that the folder in which it runs holds nothing that could be imported.
    command = [sys.executable, "-I", "-c", _TIMED.format(statement)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout)
