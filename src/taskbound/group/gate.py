"""A gate that lets so many through at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.exc import TimeoutError as PoolTimeout


class Gate:
    """`async with gate.passed():`, for what must not be begun by too many at the same time.

    size: how many are inside at most.
    seconds: how long one waits for its turn.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turns = asyncio.Semaphore(size)

    @asynccontextmanager
    async def passed(self) -> AsyncIterator[None]:
        """The block that is inside. Raises `sqlalchemy.exc.TimeoutError` where the turn does not come."""
        turns = self._turns_here()
        try:
            async with asyncio.timeout(self._seconds):
                await turns.acquire()
        except TimeoutError:
            raise PoolTimeout(
                f"{self._size} blocks that read a snapshot held their connections for {self._seconds:g} s"
            ) from None
        try:
            yield
        finally:
            turns.release()

    def _turns_here(self) -> asyncio.Semaphore:
        """The turns of the running event loop; whoever was inside in another one is gone with it."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._turns = loop, asyncio.Semaphore(self._size)
        return self._turns
