"""A bank that is open for a while under faults, and what is left when it closes."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import URL

from taskbound import Database
from tests.chaos.faults import Fault, Faults
from tests.chaos.figures import Figure
from tests.chaos.ledger import Ledger, Verdict, judge, open_bank
from tests.chaos.load import Load
from tests.chaos.proxy import LOOPBACK, proxied
from tests.chaos.server_side import Sessions, sessions
from tests.chaos.storm import listening
from tests.servers.revivable import Revivable

# Seconds after the last operation in which a server notices the end of the last connections.
_SETTLED = 1.0

# How the event loop, the interpreter and threads begin.
_COMPLAINTS = (
    "Exception in callback",
    "Future exception",
    "Task",
    "coroutine",
    "in a thread",
    "unclosed",
    "unraisable",
)


@dataclass(frozen=True)
class Closing:
    """What is found when a bank has closed."""

    verdict: Verdict
    faults: Counter[Fault]
    cancelled: int
    retried: int
    errors: Counter[str]
    complaints: Counter[str]
    """What was said behind everybody's back, without the lines of logs: those are about the faults."""
    checked_out: int
    sessions: Sessions
    pool: int
    seconds: float

    def figures(self, where: str) -> list[Figure]:
        """What was promised: all of it zero."""
        operations = self.verdict.operations
        counted = [
            ("connections left checked out", self.checked_out),
            ("sessions beyond the pool", max(0, self.sessions.open - self.pool)),
            ("sessions left in a transaction", self.sessions.in_transaction),
        ]
        left = [Figure("F1", where, what, seen, of=operations) for what, seen in counted]
        complaints = Figure("F10", where, "complaints", self.complaints.total(), of=operations)
        return [*left, complaints, *self.verdict.figures(where)]

    def __str__(self) -> str:
        broken = ", ".join(f"{fault.value} {count}" for fault, count in self.faults.items())
        met = f"cancelled {self.cancelled}, retried {self.retried}, {broken or 'no fault'}"
        return f"{self.verdict}\n    {met}"


async def open_under_faults(
    url: URL,
    load: Load,
    faults: Mapping[Fault, int],
    *,
    seed: int,
    server: Revivable | None = None,
) -> Closing:
    """Open a bank in an empty database of a server, break things, and close it.

    server: the one that is killed, where that is among the faults.
    """
    with _overhearing() as complaints:
        closing = await _under_faults(url, load, faults, seed=seed, server=server)
        gc.collect()
        await asyncio.sleep(0)
    return replace(closing, complaints=complaints)


async def _under_faults(
    url: URL,
    load: Load,
    faults: Mapping[Fault, int],
    *,
    seed: int,
    server: Revivable | None,
) -> Closing:
    chance, ledger = random.Random(seed), Ledger("bank")
    started = time.monotonic()
    async with (
        Database(url) as whole,
        proxied(LOOPBACK, url.port or 0) as proxy,
        Database(url.set(port=proxy.port), pool_size=load.pool) as database,
    ):
        await open_bank(whole)
        await whole.dispose()
        making = Faults(faults, chance, url=url, proxy=proxy, server=server)
        await load.run(database, ledger, chance, making.make(load.progress))
        return await _closing(database, whole, url, ledger, load, making.done, started)


async def open_in_peace(url: URL, load: Load, *, seed: int) -> Closing:
    """The same with cancellations alone, on an engine that has no connection to cut: SQLite."""
    with _overhearing() as complaints:
        closing = await _in_peace(url, load, seed=seed)
        gc.collect()
        await asyncio.sleep(0)
    return replace(closing, complaints=complaints)


async def _in_peace(url: URL, load: Load, *, seed: int) -> Closing:
    chance, ledger = random.Random(seed), Ledger("bank")
    started = time.monotonic()
    async with Database(url) as whole, Database(url, pool_size=load.pool) as database:
        await open_bank(whole)
        await load.run(database, ledger, chance)
        return await _closing(database, whole, url, ledger, load, Counter(), started)


async def _closing(
    database: Database,
    whole: Database,
    url: URL,
    ledger: Ledger,
    load: Load,
    faults: Counter[Fault],
    started: float,
) -> Closing:
    seconds = time.monotonic() - started
    found = await _settled(url, load.pool)
    return Closing(
        verdict=await judge(whole, ledger),
        faults=faults,
        cancelled=load.cancelled,
        retried=load.retried,
        errors=ledger.errors,
        complaints=Counter(),
        checked_out=database.statistics().checked_out,
        sessions=found,
        pool=load.pool,
        seconds=seconds,
    )


@contextmanager
def _overhearing() -> Iterator[Counter[str]]:
    heard: Counter[str] = Counter()
    complaints: Counter[str] = Counter()
    with listening(heard):
        yield complaints
    for said, count in heard.items():
        if said.startswith(_COMPLAINTS):
            complaints[said] += count


async def _settled(url: URL, pool: int) -> Sessions:
    """The server's sessions, once it has noticed those that have ended, or when that takes too long."""
    until = time.monotonic() + _SETTLED
    while True:
        found = await asyncio.to_thread(sessions, url)
        calm = found.open <= pool and not found.running and not found.in_transaction
        if calm or time.monotonic() > until:
            return found
        await asyncio.sleep(0.02)
