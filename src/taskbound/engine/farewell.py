"""What a cancelled task leaves on the server, and the end of it.

SQLAlchemy invalidates the connection of a cancelled task: nobody knows what it is in the middle of. Its way
of closing one asks the server first, and waits for the answer of a server that may have none to give. Here
the connection is cut at once, so that the task ends when it is told to. What runs on the server is ended by a
task of the engine's own, bounded in time: PostgreSQL is sent its request to cancel, MariaDB and
MySQL a KILL from a connection that is opened for this, SQLite is interrupted. A COMMIT is left to itself.

The same holds for a connection that is being opened: it is opened to the end by a task of the engine's own
and closed then. Drivers that are cancelled in between leave futures behind that nobody looks at.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from sqlalchemy import event
from sqlalchemy.util import greenlet_spawn

from taskbound.engine.committing import failed_before, is_committing
from taskbound.engine.pool import TaskPool

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine

    from sqlalchemy import Engine
    from sqlalchemy.pool import ConnectionPoolEntry

    from taskbound.driver.facts import Driver, Remains

# Seconds that the server has to let go of a session before it is asked to end it, and then asked again.
_ASKED_AFTER = (0.0, 0.1, 0.3, 1.0)
# Seconds that a spare connection and its statement may take together.
_SPARE = 5.0
# Seconds that the opening of a connection may go on when nobody waits for it any more.
_OPENING = 1.0
# Seconds that a new connection waits for one that is on its way out.
_TURN = 0.2
# In the dictionary of a connection: that a COMMIT was sent whose answer nobody has waited for.
_COMMITTING = "taskbound.committing"

# Where SQLAlchemy logs what happens to taskbound's pool.
_LOGGER = logging.getLogger(f"{TaskPool.__module__}.{TaskPool.__name__}")


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the log says more than that a task was cancelled while it gave a connection back."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, asyncio.CancelledError)


class Farewells:
    """The sessions of one engine that have no client any more, until the server has let go of them."""

    def __init__(self, engine: Engine, driver: Driver) -> None:
        self._engine = engine
        self._driver = driver
        self._tasks: set[asyncio.Task[None]] = set()
        # Those whose place in the pool has not been given to a new connection yet.
        self._leaving: deque[asyncio.Task[None]] = deque()
        # One spare connection, whatever the number of sessions to end.
        self._speaking = asyncio.Lock()
        self._speakers = 0
        self._spare: Any = None

    def invalidated(self, record: ConnectionPoolEntry, error: BaseException | None) -> None:
        """Cut a connection that was invalidated in the middle of something."""
        raw = record.driver_connection
        if raw is None or isinstance(error, Exception):
            # What the driver has said: there is no statement any more.
            return
        committing = record.info.get(_COMMITTING, False)
        remains = self._driver.abandon(raw)
        if remains is not None:
            self._leaving.append(self._begin(self._see_off(remains, committing=committing)))

    def cut(self, record: ConnectionPoolEntry, since: float) -> None:
        """Close a connection under the task that has held it since then, by `time.monotonic()`."""
        raw = record.driver_connection
        remains = (self._driver.cut_off or self._driver.abandon)(raw) if raw is not None else None
        if remains is not None:
            ending = self._see_off(remains, committing=is_committing(record, since))
            self._leaving.append(self._begin(ending))

    async def opened(
        self, connect: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any
    ) -> Any:
        """What `connect` opens. A cancelled caller leaves at once, and does not cut the opening short."""
        if asyncio.current_task() in self._tasks:
            # A spare connection, which must not wait for the one that it is to end.
            return await connect(*args, **kwargs)
        await self._turn()
        opening = asyncio.ensure_future(connect(*args, **kwargs))
        try:
            await asyncio.wait((opening,))
        except asyncio.CancelledError:
            self._leaving.append(self._begin(self._close_when_open(opening)))
            raise
        return opening.result()

    @property
    def pending(self) -> int:
        """How many the server has not let go of yet."""
        return len(self._tasks)

    async def settled(self, seconds: float = 1.0) -> None:
        """Wait so many seconds at most for the server to let go of all."""
        if self._tasks:
            await asyncio.wait(tuple(self._tasks), timeout=seconds)

    def _begin(self, ending: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(ending)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _turn(self) -> None:
        """Let one leave before a new one comes, so that the server never sees many more than the pool has."""
        while self._leaving and self._leaving[0].done():
            self._leaving.popleft()
        if self._leaving:
            await asyncio.wait((self._leaving.popleft(),), timeout=_TURN)

    async def _see_off(self, remains: Remains, *, committing: bool) -> None:
        try:
            for seconds in _ASKED_AFTER:
                if await remains.gone(seconds):
                    return
                if not committing:
                    await self._interrupt(remains)
            await remains.gone(_ASKED_AFTER[-1])
        finally:
            remains.release()

    async def _interrupt(self, remains: Remains) -> None:
        # However it fails, there is nobody to tell, and the server may let go by itself.
        with contextlib.suppress(Exception):
            async with asyncio.timeout(_SPARE):
                await remains.interrupt(self._say)

    async def _say(self, sql: str) -> None:
        """Run a statement on the spare connection, which is there for as long as somebody has one to run."""
        self._speakers += 1
        try:
            async with self._speaking:
                await self._spoken(sql)
        finally:
            self._speakers -= 1
            if not self._speakers:
                self._drop_spare()

    async def _spoken(self, sql: str) -> None:
        try:
            if self._spare is None:
                adapter = await greenlet_spawn(self._engine.pool._invoke_creator, None)
                self._spare = self._engine.dialect.get_driver_connection(adapter)
            await self._driver.fetch(self._spare, sql, None)
        except BaseException:
            self._drop_spare()
            raise

    def _drop_spare(self) -> None:
        if self._spare is not None:
            self._driver.terminate(self._spare)
            self._spare = None

    async def _close_when_open(self, opening: asyncio.Future[Any]) -> None:
        done, _ = await asyncio.wait((opening,), timeout=_OPENING)
        if not done:
            opening.cancel()
            await asyncio.wait((opening,))
        if not opening.cancelled() and opening.exception() is None:
            self._driver.terminate(opening.result())


def attend(engine: Engine, driver: Driver) -> Farewells:
    """Have the connections of an engine cut when they are invalidated, and their sessions seen off."""
    dialect: Any = engine.dialect
    if isinstance(known := getattr(dialect, "taskbound_farewells", None), Farewells):
        return known
    farewells = dialect.taskbound_farewells = Farewells(engine, driver)

    def do_connect(_dialect: object, _record: object, _args: object, given: dict[str, Any]) -> None:
        opened = given.get("async_creator_fn") or driver.opened
        if not isinstance(opened, partial):
            given["async_creator_fn"] = partial(farewells.opened, opened)

    def invalidate(_adapter: object, record: ConnectionPoolEntry, error: Any) -> None:
        farewells.invalidated(record, error)

    _LOGGER.addFilter(_is_news)
    event.listen(engine, "do_connect", do_connect)
    event.listen(engine, "invalidate", invalidate)
    _cut_at_once(dialect, driver)
    _note_commits(dialect)
    return farewells


def _cut_at_once(dialect: Any, driver: Driver) -> None:
    def do_terminate(adapter: Any) -> None:
        driver.terminate(dialect.get_driver_connection(adapter))

    dialect.do_terminate = do_terminate
    # SQLAlchemy has no way to end a connection of psycopg's that was lost, and leaves it open.
    dialect.has_terminate = True


def _fail(error: BaseException) -> NoReturn:
    raise error


def _note_commits(dialect: Any) -> None:
    do_commit = dialect.do_commit

    def noted(connection: Any) -> None:
        failed = failed_before(connection)
        try:
            if failed is None:
                do_commit(connection)
            else:
                _fail(failed)
        except Exception:
            raise
        except BaseException:
            connection.info[_COMMITTING] = True
            raise

    dialect.do_commit = noted
