"""A part of a transaction that can be undone by itself."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from typing import Self

    from sqlalchemy.orm import Session

    from taskbound.dml.sink import SessionSink

# Where the next savepoint of the same name takes the place of the one before.
_REPLACING = frozenset(("mysql", "mariadb"))
# How many of a session are open, one within the other. The depth is the name, so that none replaces another.
_OPEN: WeakKeyDictionary[Session, int] = WeakKeyDictionary()


class Savepoint:
    """A savepoint on the connection of a session, past SQLAlchemy's own, which would expire its objects.

    `async with Savepoint(sink):` undoes the block where it raises. What the session has to write itself is
    written before, so that it stays.
    """

    __slots__ = ("_depth", "_sink")

    def __init__(self, sink: SessionSink) -> None:
        self._sink = sink
        self._depth = 0

    async def __aenter__(self) -> Self:
        sink = self._sink
        await sink.flush()
        self._depth = _OPEN.get(sink.session, 0)
        await sink.control(f"SAVEPOINT {self._name}")
        _OPEN[sink.session] = self._depth + 1
        return self

    async def back(self) -> None:
        """Undo what came since, and go on inside."""
        await self._sink.control(f"ROLLBACK TO SAVEPOINT {self._name}")

    async def __aexit__(
        self, _raised: object, error: BaseException | None, _traceback: object
    ) -> None:
        _OPEN[self._sink.session] = self._depth
        if error is None:
            # Where the next one takes its place, it can stay, which saves a round trip.
            if self._sink.dialect.name not in _REPLACING:
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
        return f"taskbound_{self._depth:d}"
