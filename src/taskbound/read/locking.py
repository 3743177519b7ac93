"""Reads that lock their rows: in a transaction that is begun for them, since a lock ends with it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

from sqlalchemy.util import greenlet_spawn

from taskbound.engine.sqlite import begin_to_write, has_only_read
from taskbound.read.session_source import SessionSource

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from sqlalchemy import Connection, Engine, Select
    from sqlalchemy.orm import Session

    from taskbound.plan.layout import Rows
    from taskbound.read.run import Fetch
    from taskbound.read.stream import OpenStream, StreamedStatement
    from taskbound.statement import Arguments


class Lock(NamedTuple):
    """Which lock, in SQLAlchemy's words."""

    nowait: bool = False
    read: bool = False
    skip_locked: bool = False
    key_share: bool = False

    def on(self, statement: Select[Any]) -> Select[Any]:
        """The statement with this lock."""
        return statement.with_for_update(**self._asdict())


class LockingSource(SessionSource):
    """A session's connection in its transaction, which is one that may write.

    Like every statement of SQLAlchemy's, it begins the transaction where there is none: on a connection of
    its own the lock would be gone with the statement. SQLite has no locks of rows, and takes the write lock.
    """

    __slots__ = ()

    def is_for(self, session: Session, bind: Engine | Connection) -> bool:
        """Not for reads that lock nothing."""
        del session, bind
        return False

    async def fetch(self, sql: str, arguments: Arguments) -> Rows:
        """The rows of the only statement of a read."""
        await self._begin_to_write()
        return await super().fetch(sql, arguments)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Fetch]:
        """The session's transaction."""
        await self._begin_to_write()
        async with super().transaction() as fetch:
            yield fetch

    async def stream(self, statement: StreamedStatement) -> OpenStream:
        """The rows of a statement, some at a time, in the session's transaction."""
        await self._begin_to_write()
        return await super().stream(statement)

    async def _begin_to_write(self) -> None:
        with self._operating("project"):
            connection = await self._made()
            if has_only_read(connection):
                await greenlet_spawn(begin_to_write, connection)

    def _is_outside(self, bind: Engine | Connection) -> TypeGuard[Engine]:
        del bind
        return False


def locking(source: SessionSource) -> LockingSource:
    """The same source for a read that locks its rows."""
    return LockingSource(source._session, source._bind, source._operating)
