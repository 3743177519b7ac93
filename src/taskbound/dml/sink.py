"""Where the changes of a session go: its transaction, which is begun where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy.util import greenlet_spawn

from taskbound.guard.writing import note_change
from taskbound.read.inside import fetch_inside
from taskbound.read.session_source import SessionSource

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from taskbound.plan.layout import Rows
    from taskbound.statement import Arguments


class SessionSink(SessionSource):
    """A session's connection, to be written through."""

    __slots__ = ()

    @property
    def session(self) -> Session:
        """The session."""
        return self._session

    async def executed(self, statement: Any, values: Any = None) -> Any:
        """What SQLAlchemy's own session returns for a statement, which it buffers."""
        return await greenlet_spawn(self._session.execute, statement, values)

    async def returned(self, what: str, sql: str, arguments: Arguments) -> Rows:
        """The rows that a statement which writes returns.

        what: the verb and the table, for who looks for writes that nobody has committed.
        """
        rows: Rows = await self._sent(what, sql, arguments, "fetch")
        return rows

    async def changed(self, what: str, sql: str, arguments: Arguments) -> int:
        """How many rows a statement has found to write."""
        found: int = await self._sent(what, sql, arguments, "execute")
        return found

    async def _sent(self, what: str, sql: str, arguments: Arguments, kind: Any) -> Any:
        with self._operating(what.partition(" ")[0].lower()):
            if self._has_changes():
                await self._flush()
            connection = self._held() or await self._connection()
            answer = await fetch_inside(connection, self._driver, sql, arguments, kind)
            if answer:
                note_change(self._session, what)
            return answer
