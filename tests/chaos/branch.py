"""A branch of the bank: a process of its own, which is killed at any moment.

Every order is written to the branch's file before it is carried out, and its outcome as soon as it is known:
what the last lines leave open is what a kill has left open.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import random
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import URL

from taskbound import Database
from tests.chaos.ledger import Ledger, Order, Outcome
from tests.chaos.load import Load

# What a branch has read, and how many of the totals were wrong, is in a line of its own.
_READS = "reads"

# Seconds that a branch has to begin, or to end; it takes one or two on a busy machine.
_LONGEST = 60.0

# Processes are forked from one that has imported everything and done nothing else.
_processes = multiprocessing.get_context("forkserver")


@dataclass
class Told(Ledger):
    """A ledger that writes everything down at once."""

    file: Path = field(kw_only=True)

    def order(self, chance: random.Random) -> Order:
        order = super().order(chance)
        self.write(order.id)
        return order

    def tell(self, order: Order, outcome: Outcome, error: BaseException | None = None) -> None:
        super().tell(order, outcome, error)
        self.write(f"{order.id} {outcome.value}")

    def write(self, line: str) -> None:
        """Append a line; it is with the operating system afterwards."""
        with self.file.open("a", encoding="ascii") as file:
            file.write(f"{line}\n")


def heard(name: str, said: str) -> Ledger:
    """The ledger that a branch has written, as far as it came. Its last line may be half of one."""
    ledger = Ledger(name)
    for line in said.splitlines():
        order, _, told = line.partition(" ")
        if order == _READS:
            ledger.reads, ledger.wrong_totals = (int(number) for number in told.split())
            continue
        with suppress(ValueError):
            ledger.told[order] = Outcome(told) if told else Outcome.UNKNOWN
    return ledger


class Branch:
    """A branch that works until it is killed or closed."""

    def __init__(self, url: URL, folder: Path, name: str, seed: int) -> None:
        self._name = name
        self._file = folder / name
        address = url.render_as_string(hide_password=False)
        self._process = _processes.Process(
            target=_work, args=(address, self._file, name, seed), daemon=True
        )
        self._process.start()

    def kill(self) -> Ledger:
        """End it without a word, and read what it has written."""
        self._process.kill()
        return self._ended()

    def close(self) -> Ledger:
        """Let it finish what it does, and read what it has written."""
        self._process.terminate()
        return self._ended()

    def wait_until_at_work(self) -> None:
        """Wait until it has told somebody something. Raises `TimeoutError` where it never does."""
        until = time.monotonic() + _LONGEST
        while not (self._file.exists() and Outcome.ACKNOWLEDGED.value in self._file.read_text()):
            if time.monotonic() > until:
                raise TimeoutError(f"{self._name} did nothing")
            time.sleep(0.01)

    def _ended(self) -> Ledger:
        self._process.join(_LONGEST)
        return heard(self._name, self._file.read_text())


def branches(url: URL, folder: Path, *, number: int, kills: int, seed: int) -> Ledger:
    """What all branches of a bank have told: so many at a time, each killed is replaced by a new one.

    folder: where they write.
    kills: how many are killed, at random moments.
    """
    _processes.set_forkserver_preload([__name__])
    chance, ledger = random.Random(seed), Ledger("branches")
    opened = _opened(url, folder, chance)
    open_now = [next(opened) for _ in range(number)]
    for _ in range(kills):
        chosen = open_now.pop(chance.randrange(number))
        chosen.wait_until_at_work()
        time.sleep(chance.uniform(0, 0.3))
        ledger.add(chosen.kill())
        open_now.append(next(opened))
    for branch in open_now:
        branch.wait_until_at_work()
        ledger.add(branch.close())
    return ledger


def _opened(url: URL, folder: Path, chance: random.Random) -> Iterator[Branch]:
    for index in itertools.count():
        yield Branch(url, folder, f"branch{index}", chance.getrandbits(32))


def _work(url: str, file: Path, name: str, seed: int) -> None:
    asyncio.run(_open_until_terminated(url, file, name, seed))


async def _open_until_terminated(url: str, file: Path, name: str, seed: int) -> None:
    terminated = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
    ledger = Told(name, file=file)
    load = Load(operations=0, cancellations=0, workers=3, pool=2)
    async with Database(url, pool_size=load.pool) as database:
        await load.run(database, ledger, random.Random(seed), _end_of(terminated))
    ledger.write(f"{_READS} {ledger.reads} {ledger.wrong_totals}")


async def _end_of(terminated: asyncio.Event) -> None:
    await terminated.wait()
