"""The sessions of the groups of one database."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from taskbound.engine.sqlite import is_prepared
from taskbound.group.capacity import capacity, left_by_task
from taskbound.group.exported import Exported
from taskbound.group.gate import Gate
from taskbound.group.pinned import Pinned
from taskbound.group.refusing import of_engine, of_own_engine
from taskbound.group.sessions import Sessions

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from sqlalchemy.ext.asyncio import AsyncEngine

    from taskbound.filters.chosen import Filters
    from taskbound.guard.modes import Modes
    from taskbound.session import TaskSession

# Seconds that a block waits for its turn to take connections of a pool that has no time-out.
_PATIENCE = 10.0


class Groups:
    """What the groups of one database share: the pool, and the turn to hold much of it."""

    def __init__(self, engine: AsyncEngine, modes: Modes) -> None:
        self._engine = engine
        self._modes = modes
        self._gate: Gate | None = None

    @asynccontextmanager
    async def reading(
        self, child: Callable[[], AbstractAsyncContextManager[TaskSession]]
    ) -> AsyncIterator[Sessions]:
        """Sessions by `child`, each of which sees the database as it is when it reads."""
        left = left_by_task(self._engine.sync_engine.pool)
        # Where the opener holds all, a child waits for one of them, and is told so if none comes.
        yield Sessions(child, None if left is None else max(1, left))

    @asynccontextmanager
    async def snapshot(self, limit: int | None, filters: Filters) -> AsyncIterator[Sessions]:
        """Sessions that see the database as it is now. Raises `NoSnapshot` where there can be none."""
        dialect = self._engine.dialect.name
        if dialect == "postgresql":
            async with self._exported(filters) as sessions:
                yield sessions
        elif dialect != "sqlite":
            raise of_engine(dialect)
        elif not is_prepared(self._engine.sync_engine):
            raise of_own_engine()
        else:
            pinned = Pinned(self._engine, self._modes, filters, self._one_of(1))
            async with pinned.opened(self._left(), limit) as sessions:
                yield sessions

    @asynccontextmanager
    async def _exported(self, filters: Filters) -> AsyncIterator[Sessions]:
        """One snapshot in half of the connections at most, so that there are others for the children."""
        size = capacity(self._engine.sync_engine.pool)
        exported = Exported(self._engine, self._modes, filters).opened(self._left())
        turn = nullcontext() if size is None else self._one_of(max(1, size // 2)).passed()
        async with turn, exported as sessions:
            yield sessions

    def _one_of(self, size: int) -> Gate:
        if self._gate is None:
            pool: Any = self._engine.sync_engine.pool
            self._gate = Gate(size, pool.timeout() if hasattr(pool, "timeout") else _PATIENCE)
        return self._gate

    def _left(self) -> int | None:
        return left_by_task(self._engine.sync_engine.pool)
