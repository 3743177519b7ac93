"""aiosqlite: SQLite in a thread beside the event loop."""

from __future__ import annotations

import asyncio
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from taskbound.driver.facts import Driver, Stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from aiosqlite import Connection

# Seconds that the thread of a connection may take to end when there is nothing for it to do.
_LONGEST_STOP = 1.0


def _connect_args(_seconds: float) -> Mapping[str, Any]:
    # Without this the standard library begins transactions by its own rules: a released savepoint
    # survives a rollback and DDL commits. SQLAlchemy's BEGIN takes their place (engine/sqlite.py).
    return {"isolation_level": None}


async def opened(*args: Any, **kwargs: Any) -> Connection:
    """The open connection for the arguments of `aiosqlite.connect`.

    Where it cannot be opened, its thread has ended before the error is raised: it still reports to the
    event loop that it has stopped, and would fail loudly where that one is closed by then.
    """
    # Imported with the first connection: programs on other databases do without it.
    import aiosqlite

    connection = aiosqlite.connect(*args, **kwargs)
    # The connection was a thread itself before aiosqlite 0.22.
    thread: Any = getattr(connection, "_thread", connection)
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        await asyncio.to_thread(thread.join, _LONGEST_STOP)
        raise


async def _ping(connection: Connection) -> None:
    async with connection.execute("SELECT 1"):
        pass


def roll_back_unawaited(connection: Connection) -> None:
    """Have the connection's thread roll back before it does what is asked of it next."""
    rolling_back = connection.rollback()
    try:
        # The first step hands the call to the thread; there is nobody to take the rest.
        answer: Any = rolling_back.send(None)
    except (StopIteration, ValueError):
        return
    answer.add_done_callback(lambda future: future.cancelled() or future.exception())
    rolling_back.close()


def _terminate(connection: Connection) -> None:
    # In a thread without an event loop there is none that could be closed before it is told.
    stopping = Thread(target=connection.stop)
    stopping.start()
    stopping.join()


async def _fetch(connection: Connection, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
    # One hop to the connection's thread for the whole statement.
    rows: Any = await connection.execute_fetchall(sql, arguments)
    return cast("Sequence[Any]", rows)


async def _stream(connection: Connection, sql: str, arguments: Sequence[Any], size: int) -> Stream:
    cursor = await connection.execute(sql, arguments)
    return Stream(cast("Any", partial(cursor.fetchmany, size)), cursor.close)


def _ended_by(connection: Connection, _error: BaseException) -> bool:
    return not connection.in_transaction


DRIVER = Driver(
    "sqlite+aiosqlite",
    "aiosqlite",
    "sqlite",
    _connect_args,
    _ping,
    _terminate,
    _terminate,
    fetch=_fetch,
    # SQLite makes a transaction of each statement that comes without one.
    fetch_alone=_fetch,
    ends_alone=True,
    stream=_stream,
    # A statement that is not at its end keeps the state that it reads, which is past the next write.
    meanwhile="reads",
    ended_by=_ended_by,
)
