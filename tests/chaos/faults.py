"""What goes wrong while a bank is open."""

from __future__ import annotations

import asyncio
import enum
import random
from collections import Counter
from collections.abc import Mapping

from sqlalchemy import URL

from tests.chaos.progress import Progress
from tests.chaos.proxy import COMMIT, Proxy, Trap, Way
from tests.chaos.server_side import kill_one
from tests.servers.revivable import Revivable

# Acknowledged orders between two faults, at most.
_CALM = 12

# Seconds for which a connection hangs, at most.
_HANG = 0.3

# Bytes after which a connection is reset, at most: a transfer is about as long.
_BYTES = 2000

# Seconds that a trap waits for its bytes.
_PATIENCE = 20.0


class Fault(enum.Enum):
    """One kind of fault."""

    KILL = "backend killed"
    RESTART = "server killed and back"
    RESET = "connections reset"
    FIN = "connections ended"
    HANG = "connections hung"
    BYTE = "reset at a byte"
    COMMIT_LOST = "COMMIT lost"
    ANSWER_LOST = "COMMIT's answer lost"


class Faults:
    """Makes so many faults of each kind, in random order, with orders acknowledged between them."""

    def __init__(
        self,
        wanted: Mapping[Fault, int],
        chance: random.Random,
        *,
        url: URL,
        proxy: Proxy,
        server: Revivable | None = None,
    ) -> None:
        self._wanted = list(Counter(wanted).elements())
        self._chance = chance
        self._url = url
        self._proxy = proxy
        self._server = server
        self.done: Counter[Fault] = Counter()

    async def make(self, progress: Progress) -> None:
        """Make all of them; at the end nothing is broken any more.

        Raises `TimeoutError` where the bank's clients get nothing done after one.
        """
        self._chance.shuffle(self._wanted)
        for fault in self._wanted:
            await progress.more(self._chance.randint(1, _CALM))
            made = await self._make(fault)
            if fault is Fault.KILL and not made:
                # Whoever was meant had just ended by itself, as after a fault before.
                await progress.more(1)
                made = await self._make(fault)
            self.done[fault] += made
            self._proxy.restore()

    async def _make(self, fault: Fault) -> int:
        """How many of a kind there were: a trap may have caught nobody."""
        match fault:
            case Fault.KILL:
                return await asyncio.to_thread(kill_one, self._url)
            case Fault.RESTART:
                await asyncio.to_thread(self._restart)
            case Fault.RESET | Fault.FIN:
                self._proxy.cut("RST" if fault is Fault.RESET else "FIN")
            case Fault.HANG:
                ways = self._chance.choice([[Way.TO_SERVER], [Way.TO_CLIENT], list(Way)])
                self._proxy.hang(frozenset(ways))
                await asyncio.sleep(self._chance.uniform(0, _HANG))
            case Fault.BYTE:
                at, way = self._chance.randint(1, _BYTES), self._chance.choice(list(Way))
                return await _sprung(self._proxy.cut_at(at, way))
            case Fault.COMMIT_LOST | Fault.ANSWER_LOST:
                needle = COMMIT[self._url.get_backend_name()]
                delivered = fault is Fault.ANSWER_LOST
                return await _sprung(self._proxy.cut_on(needle, delivered=delivered))
        return 1

    def _restart(self) -> None:
        assert self._server is not None
        self._server.kill()
        self._server.revive()


async def _sprung(trap: Trap) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            return await trap.sprung.wait()
    except TimeoutError:
        return False
