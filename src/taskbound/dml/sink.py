"""Where the changes of a session go: its transaction, which is begun where there is none."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy.util import greenlet_spawn

from taskbound.engine.raw_transaction import RawTransaction
from taskbound.engine.sqlite import begin_to_write, has_only_read
from taskbound.errors import Refusal
from taskbound.guard.writing import note_change
from taskbound.read.inside import begin_to_write_inside, fetch_inside, many_inside
from taskbound.read.session_source import SessionSource

if TYPE_CHECKING:
    from collections.abc import Awaitable, Collection, Sequence
    from contextlib import AbstractContextManager

    from sqlalchemy import Connection, Engine
    from sqlalchemy.orm import Session

    from taskbound.driver.facts import Copy
    from taskbound.filters.chosen import Filters
    from taskbound.filters.session import FilteredSession
    from taskbound.plan.layout import Rows
    from taskbound.read.inside import Kind
    from taskbound.read.operating import Operating
    from taskbound.statement import Arguments


class SessionSink(SessionSource):
    """A session's connection, to be written through."""

    __slots__ = ("is_spent", "parameters", "refused")

    refused: str
    """The table of the statement that the database has refused. There is no such attribute before."""
    parameters: tuple[str, ...] | None
    """Those of the statement that is sent for many rows, in its order. As above."""
    is_spent: bool
    """Whether a call has failed, and may have left such attributes: the next call needs another sink."""

    def __init__(
        self,
        session: Session,
        bind: Engine | Connection,
        operating: Operating,
    ) -> None:
        super().__init__(session, bind, operating)
        self.is_spent = False

    @property
    def session(self) -> Session:
        """The session."""
        return self._session

    @property
    def filters(self) -> Filters:
        """What the session knows about the filters of models."""
        return cast("FilteredSession", self._session).filters

    async def executed(self, statement: Any, values: Any = None) -> Any:
        """What SQLAlchemy's own session returns for a statement, which it buffers."""
        return await greenlet_spawn(self._session.execute, statement, values)

    # Not coroutines of their own: each one on the way costs at every step of the event loop.
    def returned(self, what: str, sql: str, arguments: Arguments) -> Awaitable[Rows]:
        """The rows that a statement which writes returns.

        what: the verb and the table, for who looks for writes that nobody has committed.
        """
        return self._sent(what, sql, arguments, "fetch")

    def changed(self, what: str, sql: str, arguments: Arguments) -> Awaitable[int]:
        """How many rows a statement has found to write."""
        return self._sent(what, sql, arguments, "execute")

    @property
    def can_undo(self) -> bool:
        """Whether a savepoint can be gone back to.

        Not where the connection was given up in the middle of something, and not in autocommit, where each
        statement is a transaction.
        """
        connection = self._inside()
        if connection is None or connection.closed or connection.invalidated:
            return False
        return not connection._is_autocommit_isolation()

    @property
    def can_copy(self) -> bool:
        """Whether the driver has COPY."""
        return self._driver is not None and self._driver.copy is not None

    def operating(self, name: str) -> AbstractContextManager[None]:
        """Keep other tasks out of the session for as long as the block lasts."""
        return self._operating(name)

    async def control(self, sql: str) -> None:
        """Send a statement about savepoints, in a transaction that is begun if need be."""
        connection = await self._to_write()
        driver = self._driver
        if connection._is_autocommit_isolation():
            return
        raw: Any = connection.connection.driver_connection
        is_sqlite = driver is not None and driver.name.startswith("sqlite")
        if driver is not None and is_sqlite and not driver.in_transaction(raw):
            # The outermost savepoint would be a transaction of its own, which its release commits.
            await fetch_inside(connection, driver, "BEGIN", (), "execute")
        await fetch_inside(connection, driver, sql, (), "execute")

    async def write_many(self, what: str, sql: str, rows: Collection[Any]) -> None:
        """Run an INSERT once for each of the arguments."""
        await self._many(what, sql, rows, "execute_many")

    async def return_many(self, what: str, sql: str, rows: Collection[Any]) -> Rows:
        """The rows that an INSERT returns for each of the arguments, as `Driver.fetch_many` has them."""
        found: Rows = await self._many(what, sql, rows, "fetch_many")
        return found

    async def copy_many(self, what: str, copy: Copy, rows: Collection[Any]) -> None:
        """Write rows by COPY."""
        await self._many(what, copy.sql, rows, copy)

    async def first_returned(
        self, what: str, statements: Sequence[tuple[str, Arguments]]
    ) -> tuple[int, Rows]:
        """Of several statements the first that returns rows: its number, and those; else the last."""
        if self._driver is not None and self._driver.fetch_first is not None:
            text = "; ".join(sql for sql, _ in statements)
            found: tuple[int, Rows] = await self._many(what, text, statements, "fetch_first")
            return found
        *others, last = statements
        for number, (sql, arguments) in enumerate(others):
            if rows := await self.returned(what, sql, arguments):
                return number, rows
        return len(others), await self.returned(what, *last)

    async def _many(self, what: str, sql: str, rows: Collection[Any], kind: Any) -> Any:
        with self._operating(_method(what)):
            try:
                await self.flush()
                connection = await self._to_write()
                answer = await many_inside(connection, self._driver, sql, rows, kind)
            except BaseException as error:
                self._spend(error, what)
                raise
            note_change(self._session, what)
            return answer

    def note(self, what: str) -> None:
        """Note what was written through the session itself, inside of which nobody would see it."""
        note_change(self._session, what)

    async def changed_many(self, what: str, sql: str, arguments: Sequence[Arguments]) -> int:
        """The same for a statement that is run once for each of several arguments: of all together."""
        if len(arguments) == 1:
            return await self.changed(what, sql, arguments[0])
        found: int = await self._sent(what, sql, arguments, "change_many")
        return found

    async def _sent(self, what: str, sql: str, arguments: Any, kind: Kind) -> Any:
        # Not the block `operating`, which an object is made for each time.
        session = self._session
        owner = self._operating.enter(_method(what))
        try:
            if self._has_changes():
                await self._flush()
            connection = self._inside()
            if connection is None or (
                self.dialect.name == "sqlite" and not getattr(connection, "writes", False)
            ):
                connection = await self._to_write()
            answer = await fetch_inside(connection, self._driver, sql, arguments, kind)
        except BaseException as error:
            self._spend(error, what)
            raise
        else:
            if answer:
                note_change(session, what, owner)
            return answer
        finally:
            if owner is not None:
                owner.leave()

    def _spend(self, error: BaseException, what: str) -> None:
        self.is_spent = True
        if isinstance(error, Refusal):
            self.refused = what.partition(" ")[2]

    async def _to_write(self) -> Connection | RawTransaction:
        """The connection of the session's transaction, which is one that writes from now on."""
        connection = self._inside() or await self._connection()
        if isinstance(connection, RawTransaction):
            await begin_to_write_inside(connection)
        elif self.dialect.name == "sqlite" and has_only_read(connection):
            # Or SQLAlchemy's next write would do it, by a COMMIT of this one.
            await greenlet_spawn(begin_to_write, connection)
        return connection


@lru_cache(maxsize=1024)
def _method(what: str) -> str:
    """What the caller has called: the verb of a statement, in small letters."""
    return what.partition(" ")[0].lower()
