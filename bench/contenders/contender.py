"""What every contender has."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

from bench.reads import QUESTIONS

if TYPE_CHECKING:
    from types import TracebackType

    from sqlalchemy import URL

    from bench.reads import Read


class Contender:
    """A way to read, opened on one database.

    Its methods are named like the reads, and take a key; what it cannot express it does not have.

    connections: what its pool holds.
    """

    def __init__(self, url: URL, *, connections: int) -> None:
        self.url = url
        self.connections = connections
        self.held = AsyncExitStack()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.held.aclose()
        await self.close()

    async def open(self) -> None:
        """Open the pool."""

    async def close(self) -> None:
        """Close the pool."""

    async def stream(self) -> int:
        """Read every measurement, one by one, and say how many there were."""
        raise NotImplementedError

    @classmethod
    def streams(cls) -> bool:
        """Whether it can read row by row."""
        return cls.stream is not Contender.stream

    def reads(self) -> dict[str, Read]:
        """The reads that it can express, by name."""
        found = {name: getattr(self, name.replace("-", "_"), None) for name in QUESTIONS}
        return {name: read for name, read in found.items() if read is not None}
