"""A part of a transaction that can be undone by itself."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Self

    from taskbound.dml.sink import SessionSink


class Savepoint:
    """A savepoint on the connection of a session, past SQLAlchemy's own, which would expire its objects.

    `async with Savepoint(sink):` undoes the block where it raises.
    """

    __slots__ = ("_number", "_sink")

    def __init__(self, sink: SessionSink, number: int = 0) -> None:
        """number: how deep it stands in others."""
        self._sink, self._number = sink, number

    async def __aenter__(self) -> Self:
        await self._sink.control(f"SAVEPOINT {self._name}")
        return self

    async def back(self) -> None:
        """Undo what came since, and go on inside."""
        await self._sink.control(f"ROLLBACK TO SAVEPOINT {self._name}")

    async def __aexit__(
        self, _raised: object, error: BaseException | None, _traceback: object
    ) -> None:
        if error is None:
            await self._sink.control(f"RELEASE SAVEPOINT {self._name}")
        elif self._sink.can_undo:
            await self._undo()

    async def _undo(self) -> None:
        # A deadlock has undone it already, with the whole transaction.
        with contextlib.suppress(Exception):
            await self._sink.control(f"ROLLBACK TO SAVEPOINT {self._name}")
            await self._sink.control(f"RELEASE SAVEPOINT {self._name}")

    @property
    def _name(self) -> str:
        return f"taskbound_{self._number:d}"
