"""How far the clients are, for those who wait to break something under them."""

from __future__ import annotations

import asyncio

# Seconds in which clients get something done, whatever was broken before.
_STALLED = 40.0


class Progress:
    """Counts orders that were acknowledged."""

    def __init__(self) -> None:
        self.acknowledged = 0
        self._waiting: list[tuple[int, asyncio.Event]] = []

    def one(self) -> None:
        """One more was acknowledged."""
        self.acknowledged += 1
        for mark, reached in self._waiting:
            if self.acknowledged >= mark:
                reached.set()

    async def more(self, number: int) -> None:
        """Wait until so many more are acknowledged. Raises `TimeoutError` where the bank stands still."""
        entry = (self.acknowledged + number, asyncio.Event())
        self._waiting.append(entry)
        try:
            async with asyncio.timeout(_STALLED):
                await entry[1].wait()
        finally:
            self._waiting.remove(entry)
