"""SQLite: transactions that begin together while nobody may write, and then keep to what they saw."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from taskbound.engine.holders import beside
from taskbound.engine.snapshot import at_each_begin
from taskbound.engine.sqlite import BEGIN_OPTION, only_reading
from taskbound.group.refusing import ended, too_small
from taskbound.group.sessions import Sessions
from taskbound.session import TaskSession

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

    from taskbound.filters.chosen import Filters
    from taskbound.group.gate import Gate
    from taskbound.guard.modes import Modes

# The connection that keeps writers away at the beginning, the opener's, and one for a child.
_FEWEST = 3
# Children at a time, where neither `limit` nor the pool says how many.
_MOST = 4


class Pinned:
    """A snapshot that is held by as many connections as there may be children at a time.

    The state that a transaction of SQLite sees cannot be handed on. So all of them begin while one
    connection holds the lock of a writer: no other process can commit in between.
    """

    def __init__(self, engine: AsyncEngine, modes: Modes, filters: Filters, gate: Gate) -> None:
        self._filters = filters
        self._engine = at_each_begin(engine, self._keep)
        self._modes = modes
        self._gate = gate
        self._is_pinned = False
        # The connections that no child has, and how many there are in all.
        self._free: asyncio.LifoQueue[AsyncConnection | None] = asyncio.LifoQueue()
        self._left = 0

    @asynccontextmanager
    async def opened(self, capacity: int | None, limit: int | None) -> AsyncIterator[Sessions]:
        """The sessions, for as long as the transactions last.

        capacity: connections that the running task may take; half of them where there is no `limit`.
        """
        children = _children(capacity, limit)
        async with AsyncExitStack() as stack:
            opener, *others = await self._pinned(stack, children + 1)
            self._left = children
            for connection in others:
                self._free.put_nowait(connection)
            session = await stack.enter_async_context(self._session(opener))
            yield Sessions(self._child, children, session)

    async def _pinned(self, stack: AsyncExitStack, count: int) -> list[AsyncConnection]:
        # One group after the other: two that have half of what they need would wait for each other.
        async with self._gate.passed(), AsyncExitStack() as writing:
            with beside():
                writer = await writing.enter_async_context(self._engine.connect())
                held = [
                    await stack.enter_async_context(self._engine.connect()) for _ in range(count)
                ]
            await writer.execution_options(**{BEGIN_OPTION: "IMMEDIATE"})
            async with writer.begin():
                for connection in held:
                    await stack.enter_async_context(only_reading(connection))
        self._is_pinned = True
        return held

    @asynccontextmanager
    async def _child(self) -> AsyncIterator[TaskSession]:
        connection = await self._free.get()
        try:
            if connection is None:
                raise ended()
            async with self._session(connection) as session:
                yield session
        finally:
            self._give_back(connection)

    def _give_back(self, connection: AsyncConnection | None) -> None:
        """Leave a connection to the next child; where all are lost, None tells each of them."""
        if connection is not None and connection.invalidated:
            self._left -= 1
            if self._left:
                return
            connection = None
        self._free.put_nowait(connection)

    def _session(self, connection: AsyncConnection) -> TaskSession:
        # A rollback of the session's is one to a savepoint, and leaves the snapshot where it is.
        # Its transaction is there to be held.
        return TaskSession(
            connection,
            join_transaction_mode="create_savepoint",
            guard=self._modes,
            held_budget=None,
            filters=self._filters,
        )

    def _keep(self, _connection: Connection) -> None:
        """Refuse a transaction that begins later, and would see another state."""
        if self._is_pinned:
            raise ended()


def _children(capacity: int | None, limit: int | None) -> int:
    if capacity is None:
        return limit or _MOST
    if capacity < _FEWEST:
        raise too_small(capacity, _FEWEST)
    return min(limit or max(1, capacity // 2 - 1), capacity - _FEWEST + 1)
