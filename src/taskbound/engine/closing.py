"""The end of an engine: nobody gets a connection any more, and those that are in use have some seconds."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from taskbound.engine.held import Held
from taskbound.engine.pool import TaskPool
from taskbound.errors import DatabaseClosing, ForeignLoop
from taskbound.place import calling_place

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import ExceptionContext

    from taskbound.engine.farewell import Farewells

_log = logging.getLogger("taskbound.engine")

# Seconds between two looks at who still holds a connection.
_LOOK = 0.01
# Seconds that tasks whose connection was cut have to find that out and to let go of it.
_LETTING_GO = 1.0


class Closing:
    """Whether an engine is being closed, and how that is done.

    Nothing of it is looked at while the engine is open: the listeners come with the closing.
    """

    def __init__(self, engine: Engine, label: str, farewells: Farewells | None) -> None:
        self._engine = engine
        self._label = label
        self._farewells = farewells
        self._held = Held(engine)
        self._listeners: tuple[tuple[str, Any], ...] = (
            ("do_connect", self._connects),
            ("checkout", self._checks_out),
            ("handle_error", self._fails),
            ("commit", self._commits),
        )
        # Connections that were cut since the closing began.
        self.count: int = 0
        self._is_begun = False
        self._cut_after: float | None = None

    def begin(self) -> None:
        """Refuse each connection from now on. Raises `ForeignLoop` where the engine is at home elsewhere."""
        self._check_home()
        if not self._is_begun:
            self._is_begun = True
            for name, listener in self._listeners:
                event.listen(self._engine, name, listener)

    def revoke(self) -> None:
        """Give connections again."""
        if self._is_begun:
            self._is_begun, self._cut_after, self.count = False, None, 0
            for name, listener in self._listeners:
                event.remove(self._engine, name, listener)

    async def drained(self, seconds: float | None) -> None:
        """Wait until the other tasks have given their connections back, or the seconds are over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while self._held.are_by_others():  # noqa: ASYNC110  # a pool of the user's tells nobody
                    await asyncio.sleep(_LOOK)

    async def cut(self, grace: float | None) -> None:
        """Close the connections that are still in use, under their tasks, and add them to `count`."""
        held = self._held.all()
        if not held:
            return
        self.count += len(held)
        self._cut_after = grace or 0
        _log.warning(
            "%s closes; still in use after %g s of grace, and cut: %d%s",
            self._label,
            self._cut_after,
            len(held),
            self._held.told(),
        )
        if self._farewells is not None:
            for record, since in held.items():
                self._farewells.cut(record, since)
        await self.drained(_LETTING_GO)

    def _check_home(self) -> None:
        pool = self._engine.pool
        home = pool._home if isinstance(pool, TaskPool) else None
        if home is None or home.is_gone or home.is_here(asyncio.get_running_loop()):
            return
        raise ForeignLoop(url=self._label, place=calling_place())

    def _connects(self, _dialect: object, record: object, *_: object) -> None:
        # What is opened without a place in the pool is to end what a cancelled task has left behind.
        if record is not None:
            raise self._error(grace=None)

    def _checks_out(self, *_: object) -> None:
        raise self._error(grace=None)

    def _commits(self, _connection: object) -> None:
        # SQLAlchemy's form of aiosqlite takes the COMMIT on a closed connection for a success.
        if self._cut_after is not None:
            raise self._error(self._cut_after)

    def _fails(self, context: ExceptionContext) -> DatabaseClosing | None:
        """The error of a statement whose connection was cut. One of a COMMIT says what became of that."""
        if self._cut_after is None or context.statement is None:
            return None
        context.is_disconnect = True
        return self._error(self._cut_after)

    def _error(self, grace: float | None) -> DatabaseClosing:
        return DatabaseClosing(url=self._label, grace=grace, place=calling_place())
