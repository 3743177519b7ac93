"""Reads of a session: in its transaction where it is in one, else in one round trip on the pool."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeGuard

from sqlalchemy import Connection, Engine
from sqlalchemy.util import greenlet_spawn

from taskbound.driver import driver_of
from taskbound.engine.snapshot import SNAPSHOT_OPTION
from taskbound.read.inside import fetch_inside
from taskbound.read.pool_source import PoolSource
from taskbound.read.session_stream import SessionStream
from taskbound.read.signing import key_of
from taskbound.statement import Target

if TYPE_CHECKING:
    from sqlalchemy import Dialect
    from sqlalchemy.orm import Session

    from taskbound.plan.layout import Rows
    from taskbound.read.run import Fetch
    from taskbound.read.stream import OpenStream, StreamedStatement
    from taskbound.statement import Arguments


class SessionSource:
    """A session's connection.

    operating: keeps other tasks out of the session for as long as its block lasts; raises where the
        session must not be used.
    """

    __slots__ = ("_bind", "_driver", "_operating", "_session", "dialect")

    def __init__(
        self,
        session: Session,
        bind: Engine | Connection,
        operating: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._session = session
        self._bind = bind
        self._operating = operating
        self._driver = driver_of(bind.engine.url)
        self.dialect: Dialect = bind.dialect

    @property
    def target(self) -> Target:
        """What to compile for."""
        return Target.of(self.dialect, (self._held() or self._bind).get_execution_options())

    @property
    def cursor_key(self) -> bytes:
        """What the cursors of its pages are signed with."""
        return key_of(self._bind.engine)

    async def fetch(self, sql: str, arguments: Arguments) -> Rows:
        """The rows of the only statement of a read."""
        with self._operating("project"):
            if self._has_changes():
                await self._flush()
            bind = self._bind
            if self._is_outside(bind):
                return await PoolSource(bind, self._driver).fetch(sql, arguments)
            connection = self._held() or await self._connection()
            return await fetch_inside(connection, self._driver, sql, arguments)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Fetch]:
        """The session's transaction, or one of its own for a read of several statements."""
        with self._operating("project"):
            if self._has_changes():
                await self._flush()
            bind = self._bind
            if self._is_outside(bind):
                async with PoolSource(bind, self._driver).transaction() as fetch:
                    yield fetch
            else:
                connection = self._held() or await self._connection()
                yield partial(fetch_inside, connection, self._driver)

    async def stream(self, statement: StreamedStatement) -> OpenStream:
        """The rows of a statement, some at a time, in the session's transaction or in one of their own."""
        with self._operating("project"):
            if self._has_changes():
                await self._flush()
            bind = self._bind
            if self._is_outside(bind):
                return await PoolSource(bind, self._driver).stream(statement)
            connection = self._held() or await self._connection()
            opened = SessionStream(connection, self._driver, statement, self._operating)
            if opened.needs_a_transaction and connection._is_autocommit_isolation():
                return await PoolSource(connection.engine, self._driver).stream(statement)
            await opened.open()
            return opened

    def _is_outside(self, bind: Engine | Connection) -> TypeGuard[Engine]:
        """Whether a read has no transaction to be in. In a snapshot it begins one, which sees that."""
        return (
            isinstance(bind, Engine)
            and not self._session.in_transaction()
            and SNAPSHOT_OPTION not in bind.get_execution_options()
        )

    def _has_changes(self) -> bool:
        """Whether there may be something that a query of SQLAlchemy's would send first."""
        session = self._session
        return bool(
            session.autoflush
            and (session._new or session._deleted or session.identity_map._modified)
        )

    async def _flush(self) -> None:
        await greenlet_spawn(self._session._autoflush)

    def _held(self) -> Connection | None:
        """The connection of the session's transaction, where it has one already."""
        session = self._session
        transaction: Any = session._nested_transaction or session._transaction
        held = transaction._connections.get(self._bind) if transaction is not None else None
        connection: Connection | None = held[0] if held is not None else None
        return connection

    async def _connection(self) -> Connection:
        """The connection of the session's transaction, which is checked out for it."""
        return await greenlet_spawn(self._session._connection_for_bind, self._bind)
