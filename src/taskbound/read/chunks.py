"""The rows of a statement on a connection that SQLAlchemy holds, some at a time."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy.util import greenlet_spawn

from taskbound.driver.facts import Stream
from taskbound.read.inside import fail_inside
from taskbound.read.log import log
from taskbound.read.spool import Spool

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import TypeVar

    from sqlalchemy import Connection

    from taskbound.driver.facts import Driver
    from taskbound.plan.layout import Rows
    from taskbound.read.stream import StreamedStatement
    from taskbound.statement import Arguments

    T = TypeVar("T")


class Chunks:
    """The rows of a statement, in the connection's transaction."""

    __slots__ = ("_connection", "_driver", "_ended", "_spool", "_statement", "_stream")

    def __init__(
        self, connection: Connection, driver: Driver | None, statement: StreamedStatement
    ) -> None:
        self._connection = connection
        self._driver = driver
        self._statement = statement
        self._spool: Spool | None = None
        self._stream: Stream | None = None
        self._ended = False

    @property
    def is_on_the_wire(self) -> bool:
        """Whether the server is still sending rows, so that the connection is good for nothing else."""
        return self._stream is not None and not self._ended and self.meanwhile == "nothing"

    @property
    def meanwhile(self) -> str:
        """What the connection can be used for while the rows are open, as `Driver.meanwhile`."""
        return "nothing" if self._driver is None else self._driver.meanwhile

    async def open(self, *, spooled: bool) -> None:
        """Send the statement.

        spooled: take all rows into a temporary file at once, and leave the connection to others.

        Raises as `fetch_inside`; here and in `rows`.
        """
        statement, engine = self._statement, self._connection.engine
        if engine._should_log_info():
            log(engine, statement.sql, statement.arguments)
        self._stream = await self._watched(self._sent())
        if spooled:
            spool = self._spool = Spool()
            try:
                while rows := await self._fetched(self._stream):
                    spool.put(rows)
            finally:
                await self._leave()
            spool.rewind()

    async def rows(self) -> Rows:
        """The next rows; none at the end."""
        if self._spool is not None:
            return self._spool.take()
        return () if self._stream is None else await self._fetched(self._stream)

    async def close(self) -> None:
        """Leave the rest of the rows."""
        self.abandon()
        await self._leave()

    def abandon(self) -> None:
        """Leave the rest of the rows to the end of the transaction."""
        self._ended = True
        if self._spool is not None:
            self._spool.close()

    async def _sent(self) -> Stream:
        sql, arguments, size = self._statement[:3]
        held = self._connection.connection
        driver, adapter = self._driver, held.dbapi_connection
        if driver is None:
            return await _stream_by_adapter(adapter, sql, arguments, size)
        if driver.begin is not None and (begun := driver.begin(adapter)) is not None:
            await begun
        return await driver.stream(held.driver_connection, sql, arguments, size)

    async def _fetched(self, stream: Stream) -> Rows:
        if self._ended:
            return ()
        rows = await self._watched(stream.fetch())
        self._ended = len(rows) < self._statement.size
        return rows

    async def _leave(self) -> None:
        stream, self._stream = self._stream, None
        if stream is None or self._connection.closed or self._connection.invalidated:
            return
        # Where it fails, the connection is lost or its transaction has failed: the stream ends with it.
        with contextlib.suppress(Exception):
            await self._watched(stream.close())

    async def _watched(self, work: Awaitable[T]) -> T:
        try:
            return await work
        except BaseException as error:
            sql, arguments = self._statement[:2]
            await fail_inside(error, self._connection, sql, arguments)
            raise


async def _stream_by_adapter(adapter: Any, sql: str, arguments: Arguments, size: int) -> Stream:
    """The rows through SQLAlchemy's own form of a driver that taskbound does not know."""
    cursor = await greenlet_spawn(adapter.cursor, server_side=True)
    await greenlet_spawn(cursor.execute, sql, arguments)
    return Stream(
        partial(greenlet_spawn, cursor.fetchmany, size), partial(greenlet_spawn, cursor.close)
    )
