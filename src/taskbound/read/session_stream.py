"""A stream in the transaction of a session, which may be used between two fetches."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from taskbound.awaiting import current_task
from taskbound.errors import InterruptedStream, SessionMisuse
from taskbound.place import calling_place
from taskbound.read.chunks import Chunks
from taskbound.read.inside import fetch_inside

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection

    from taskbound.driver.facts import Driver
    from taskbound.plan.layout import Rows
    from taskbound.read.stream import StreamedStatement
    from taskbound.statement import Arguments


class SessionStream:
    """The rows of a statement on a session's connection."""

    __slots__ = (
        "_chunks",
        "_connection",
        "_driver",
        "_dto",
        "_operating",
        "_task",
        "_transaction",
    )

    def __init__(
        self,
        connection: Connection,
        driver: Driver | None,
        statement: StreamedStatement,
        operating: Callable[[str], AbstractContextManager[None]],
    ) -> None:
        self._connection = connection
        self._driver = driver
        self._chunks = Chunks(connection, driver, statement)
        self._dto = statement.dto
        self._operating = operating
        self._transaction = connection.get_transaction()
        self._task = current_task()

    @property
    def needs_a_transaction(self) -> bool:
        """Whether the rows are kept by a transaction on the server."""
        return self._chunks.meanwhile == "anything"

    async def open(self) -> None:
        """Send the statement.

        Where the driver cannot do anything else while rows are open, they are taken to a temporary file:
        the session's transaction is there to write as well.
        """
        await self._chunks.open(spooled=not self.needs_a_transaction)

    async def rows(self) -> Rows:
        """The next rows; none at the end. Raises `InterruptedStream` where the transaction has ended."""
        with self._operating("project"):
            self._check()
            self._task = current_task()
            return await self._chunks.rows()

    async def fetch(self, sql: str, arguments: Arguments) -> Rows:
        """The rows of another statement, in the same transaction. Raises as `rows`."""
        with self._operating("project"):
            self._check()
            return await fetch_inside(self._connection, self._driver, sql, arguments)

    async def close(self) -> None:
        """Leave the rest of the rows."""
        if current_task() is not self._task or not self._is_in_transaction:
            # An abandoned stream is closed in a task of the event loop's, and the session may be at work
            # or have given its connection back. What the server keeps ends with the transaction.
            self._chunks.abandon()
            return
        with contextlib.suppress(SessionMisuse), self._operating("project"):
            await self._chunks.close()

    def _check(self) -> None:
        if not self._is_in_transaction:
            raise InterruptedStream(dto=self._dto, place=calling_place())

    @property
    def _is_in_transaction(self) -> bool:
        """Whether the connection is still in the transaction in which the stream began.

        It may be in another one by now, and somebody else's.
        """
        if self._connection.closed or self._connection.invalidated:
            return False
        return self._connection.get_transaction() is self._transaction
