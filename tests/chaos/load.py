"""Clients of the bank at work, some of whom are cancelled at a random moment."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from taskbound import Database
from taskbound.events import Retried, subscribe
from tests.chaos.ledger import TOTAL, Ledger, Outcome, read_total
from tests.chaos.progress import Progress
from tests.chaos.tellers import Teller, careful

# Seconds that a client waits after it was refused, so that a server that is away is not asked all day.
_PAUSE = 0.01

# How many operations only read.
_READS = 0.2


@dataclass
class Load:
    """So many clients, and how many of their operations are done, and cancelled, at least."""

    operations: int = 200
    cancellations: int = 50
    workers: int = 8
    pool: int = 6
    """Connections of the pool: fewer than workers, so that some are cancelled in its queue."""
    teller: Teller = careful
    cancelled: int = 0
    retried: int = 0
    """Attempts that `db.run()` has repeated."""
    operation_seconds: float = 0.01
    """What an operation takes of late; a cancellation falls anywhere into that, or a little behind it."""
    progress: Progress = field(default_factory=Progress)

    async def run(
        self,
        database: Database,
        ledger: Ledger,
        chance: random.Random,
        meanwhile: Coroutine[Any, Any, None] | None = None,
    ) -> None:
        """Work until enough is done, and until what happens meanwhile has ended. Raises what that raises."""
        disturbing = asyncio.create_task(meanwhile or asyncio.sleep(0))
        stop = subscribe(self._count_retry, Retried)
        workers = [
            asyncio.create_task(self._work(database, ledger, chance, disturbing))
            for _ in range(self.workers)
        ]
        await asyncio.gather(*workers)
        stop()
        await disturbing

    def _count_retry(self, _retried: Retried) -> None:
        self.retried += 1

    async def _work(
        self,
        database: Database,
        ledger: Ledger,
        chance: random.Random,
        disturbing: asyncio.Task[None],
    ) -> None:
        while not disturbing.done() or not self._is_done(ledger):
            if chance.random() < _READS:
                await self._perhaps_cancelled(self._read(database, ledger, chance), chance)
                continue
            order = ledger.order(chance)
            started = time.monotonic()
            await self._perhaps_cancelled(self.teller(database, ledger, order, chance), chance)
            match ledger.told[order.id]:
                case Outcome.ACKNOWLEDGED:
                    self.progress.one()
                    taken = time.monotonic() - started
                    self.operation_seconds += (taken - self.operation_seconds) / 20
                case Outcome.REFUSED | Outcome.UNKNOWN:
                    await asyncio.sleep(_PAUSE)

    def _is_done(self, ledger: Ledger) -> bool:
        return len(ledger.told) >= self.operations and self.cancelled >= self.cancellations

    async def _read(self, database: Database, ledger: Ledger, chance: random.Random) -> None:
        try:
            total = await read_total(database, chance)
        except Exception as error:
            ledger.errors[f"read: {type(error).__name__}: {error}".partition("\n")[0][:160]] += 1
            return
        ledger.reads += 1
        ledger.wrong_totals += total != TOTAL

    async def _perhaps_cancelled(
        self, doing: Coroutine[Any, Any, None], chance: random.Random
    ) -> None:
        task = asyncio.create_task(doing)
        if chance.random() < 0.5 and self.cancelled < self.cancellations:
            await asyncio.wait((task,), timeout=chance.uniform(0, 1.5 * self.operation_seconds))
            task.cancel()
        await asyncio.wait((task,))
        if task.cancelled():
            self.cancelled += 1
        else:
            task.result()
