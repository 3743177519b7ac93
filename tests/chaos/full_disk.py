"""SQLite without room: by its own limit of pages, or because the operating system gives its files no more."""

from __future__ import annotations

import asyncio
import enum
import multiprocessing
import random
import resource
from dataclasses import dataclass
from multiprocessing.connection import Connection

from sqlalchemy import text

from taskbound import Database
from tests.chaos.ledger import Ledger, Outcome, Verdict, judge, open_bank
from tests.chaos.tellers import careful

# Pages that a database may still grow by, and bytes that each of its files may have.
_PAGES = 1
_BYTES = 400_000

# Orders that fill either, and those that are tried while there is no room.
_MOST = 2000
_TRIES = 3

# Orders that are carried out once there is room again.
_AFTERWARDS = 5

_processes = multiprocessing.get_context("forkserver")


class Limit(enum.Enum):
    """What there is not enough of."""

    PAGES = "pages of the database"
    FILE = "bytes of a file"


@dataclass(frozen=True, slots=True)
class Shortage:
    """What came of it."""

    verdict: Verdict
    code: str
    """SQLite's own name of the error: `SQLITE_FULL`."""
    said: str
    """The class of the error that the client saw."""
    before: int
    """Orders acknowledged while there was room."""
    without: int
    """Orders acknowledged when there was none."""
    after: int
    """Orders acknowledged when there was room again."""
    tried: int


async def run_out_of_room(url: str, limit: Limit, *, seed: int) -> Shortage:
    """Fill a bank until it refuses, go on trying, then give it room and go on. One connection throughout."""
    # Long ids fill pages fast.
    chance, ledger = random.Random(seed), Ledger("full" * 200)
    async with Database(url, pool_size=1) as database:
        await open_bank(database)
        await _ration(database, limit)
        before = await _orders(database, ledger, chance, _MOST, until_refused=True)
        without = await _orders(database, ledger, chance, _TRIES)
        code, said = await _error(database, ledger, chance)
        await _give_room(database, limit)
        after = await _orders(database, ledger, chance, _AFTERWARDS)
        return Shortage(await judge(database, ledger), code, said, before, without, after, _TRIES)


def in_a_process(url: str, limit: Limit, *, seed: int) -> Shortage:
    """The same in a process of its own, since the limit of a file's bytes is one of the whole process."""
    here, there = multiprocessing.Pipe()
    child = _processes.Process(target=_report, args=(there, url, limit, seed), daemon=True)
    child.start()
    there.close()
    shortage: Shortage = here.recv()
    child.join()
    return shortage


def _report(there: Connection, url: str, limit: Limit, seed: int) -> None:
    there.send(asyncio.run(run_out_of_room(url, limit, seed=seed)))


async def _orders(
    database: Database,
    ledger: Ledger,
    chance: random.Random,
    most: int,
    *,
    until_refused: bool = False,
) -> int:
    """How many of so many orders were acknowledged."""
    acknowledged = 0
    for _ in range(most):
        order = ledger.order(chance)
        await careful(database, ledger, order, chance)
        if ledger.told[order.id] is Outcome.ACKNOWLEDGED:
            acknowledged += 1
        elif until_refused:
            break
    return acknowledged


async def _error(database: Database, ledger: Ledger, chance: random.Random) -> tuple[str, str]:
    """What a client sees that has no room."""
    try:
        async with database.begin() as session:
            await session.execute(text("CREATE TABLE more AS SELECT * FROM transfer, account"))
    except Exception as error:
        # What happens at a COMMIT has the driver's error for its cause.
        of_driver = getattr(error, "orig", None) or error.__cause__
        return getattr(of_driver, "sqlite_errorname", ""), type(error).__name__
    return "", ""


async def _ration(database: Database, limit: Limit) -> None:
    if limit is Limit.FILE:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (_BYTES, hard))
        return
    async with database.session() as session:
        pages = await session.scalar(text("PRAGMA page_count"))
        await session.execute(text(f"PRAGMA max_page_count = {int(pages or 0) + _PAGES}"))


async def _give_room(database: Database, limit: Limit) -> None:
    if limit is Limit.FILE:
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        return
    async with database.session() as session:
        await session.execute(text("PRAGMA max_page_count = 1000000"))
