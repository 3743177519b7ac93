"""What everyone has who writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

from bench.dtos import in_msgspec
from bench.writes import CHANGES, listed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractAsyncContextManager
    from types import ModuleType, TracebackType

    from sqlalchemy import URL

    from bench.writes import Write


class Writer(ABC):
    """A way to write, opened on one database, over one connection.

    Its methods are named like the writes, and take a key; what it cannot express it does not have.

    rows: how many are written at once.
    """

    dtos: ModuleType = in_msgspec
    """The objects that it is given."""

    def __init__(self, url: URL, *, rows: int) -> None:
        self.url = url
        self.rows = rows

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self,
        type_: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @abstractmethod
    async def open(self) -> None:
        """Open the connection."""

    @abstractmethod
    async def close(self) -> None:
        """Close it."""

    @abstractmethod
    def transaction(self, *, kept: bool) -> AbstractAsyncContextManager[None]:
        """The transaction of the writes that are measured inside of one.

        kept: True to commit it in the end, False to roll it back.
        """

    async def load(self, events: Iterable[Any]) -> None:
        """Insert very many rows, all or none."""
        raise NotImplementedError

    async def bulk(self, _: int) -> None:
        """The same with objects that are there."""
        await self.load(listed(self.dtos, self.rows))

    def has(self, write: str) -> bool:
        """Whether it can express a write."""
        if write == "bulk":
            return type(self).load is not Writer.load
        return hasattr(self, write.replace("-", "_"))

    def writes(self) -> dict[str, Write]:
        """The writes that it can express, by name."""
        return {name: getattr(self, name.replace("-", "_")) for name in CHANGES if self.has(name)}
