"""Reads of a session: in its transaction where it is in one, else in one round trip on the pool."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeGuard

from sqlalchemy import Connection, Engine
from sqlalchemy.util import greenlet_spawn

from taskbound.driver import driver_of
from taskbound.engine.raw_transaction import (
    RawTransaction,
    Unmade,
    begin_raw,
    raw_in,
    wait_and_begin_raw,
)
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
    from taskbound.read.operating import Operating
    from taskbound.read.run import Fetch
    from taskbound.read.stream import OpenStream, StreamedStatement
    from taskbound.statement import Arguments


class SessionSource:
    """A session's connection.

    operating: keeps other tasks out of the session.
    """

    __slots__ = (
        "_bind",
        "_driver",
        "_operating",
        "_options",
        "_session",
        "_target",
        "dialect",
    )

    def __init__(
        self,
        session: Session,
        bind: Engine | Connection,
        operating: Operating,
    ) -> None:
        self._session = session
        self._bind = bind
        self._operating = operating
        self._driver = driver_of(bind.engine.url)
        self.dialect: Dialect = bind.dialect
        # The target, and the options that it was made of.
        self._options: object = None
        self._target: Target

    @property
    def bind(self) -> Engine | Connection:
        """What the session is bound to, for what is read or written."""
        return self._bind

    def is_for(self, session: Session, bind: Engine | Connection) -> bool:
        """Whether it is one of the same session, for the same engine."""
        return self._bind is bind and self._session is session

    @property
    def target(self) -> Target:
        """What to compile for."""
        is_raw = raw_in(self._session._transaction) is not None
        options = (self._bind if is_raw else self._held() or self._bind)._execution_options
        # Nobody changes them: other options are another object.
        if options is not self._options:
            self._options, self._target = options, Target.of(self.dialect, options)
        return self._target

    @property
    def cursor_key(self) -> bytes:
        """What the cursors of its pages are signed with."""
        return key_of(self._bind.engine)

    async def fetch(self, sql: str, arguments: Arguments) -> Rows:
        """The rows of the only statement of a read."""
        # Not its block, which an object is made for each time.
        entered = self._operating.enter("project")
        try:
            if self._has_changes():
                await self._flush()
            connection = self._inside()
            if connection is None:
                bind = self._bind
                if self._is_outside(bind):
                    return await PoolSource(bind, self._driver).fetch(sql, arguments)
                connection = await self._connection()
            return await fetch_inside(connection, self._driver, sql, arguments)
        finally:
            if entered is not None:
                entered.leave()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Fetch]:
        """The session's transaction, or one of its own for a read of several statements."""
        with self._operating("project"):
            await self.flush()
            bind = self._bind
            if self._is_outside(bind):
                async with PoolSource(bind, self._driver).transaction() as fetch:
                    yield fetch
            else:
                connection = self._inside() or await self._connection()
                yield partial(fetch_inside, connection, self._driver)

    async def stream(self, statement: StreamedStatement) -> OpenStream:
        """The rows of a statement, some at a time, in the session's transaction or in one of their own."""
        with self._operating("project"):
            await self.flush()
            bind = self._bind
            if self._is_outside(bind):
                return await PoolSource(bind, self._driver).stream(statement)
            connection = await self._made()
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

    async def flush(self) -> None:
        """Have the session write what it has to write itself, as a query of SQLAlchemy's would."""
        if self._has_changes():
            await self._flush()

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

    def _inside(self) -> Connection | RawTransaction | None:
        """What statements are sent through, which in a transaction that does nothing else is no `Connection`.

        None where the session is in no transaction, and where a connection has to be waited for first.
        """
        session, bind = self._session, self._bind
        transaction: Any = session._nested_transaction or session._transaction
        if transaction is None:
            return None
        connections = transaction._connections
        if connections.__class__ is Unmade:
            raw: RawTransaction = connections.raw
            if raw.engine is bind and not raw.is_ending:
                return raw
        if (held := connections.get(bind)) is not None:
            connection: Connection = held[0]
            return connection
        return begin_raw(session, bind, self._driver) if isinstance(bind, Engine) else None

    async def _connection(self) -> Connection | RawTransaction:
        """The same, for which a connection of the pool has to be waited for. Raises what the pool raises."""
        session, bind = self._session, self._bind
        if isinstance(bind, Engine):
            raw = await wait_and_begin_raw(session, bind, self._driver)
            if raw is not None:
                return raw
        return await greenlet_spawn(session._connection_for_bind, bind)

    async def _made(self) -> Connection:
        """The session's `Connection`, which is checked out if need be, and begins its transaction."""
        if (held := self._held()) is not None:
            return held
        return await greenlet_spawn(self._session._connection_for_bind, self._bind)
