"""aiosqlite: SQLite in a thread beside the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from taskbound.driver.commit import commit
from taskbound.driver.facts import Driver, Remains, Stream
from taskbound.driver.turn import (
    Turn,
    change_many_held,
    execute_held,
    execute_many_held,
    fetch_first_held,
    fetch_many_held,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

    from aiosqlite import Connection

# Seconds that the thread of a connection may take to end when there is nothing for it to do.
_LONGEST_STOP = 1.0
# Seconds between two looks whether a thread has ended.
_LOOK = 0.01


def _connect_args(_seconds: float) -> Mapping[str, Any]:
    # Without this the standard library begins transactions by its own rules: a released savepoint
    # survives a rollback and DDL commits. SQLAlchemy's BEGIN takes their place (engine/sqlite.py).
    return {"isolation_level": None}


async def _opened(*args: Any, **kwargs: Any) -> Connection:
    # Imported with the first connection: programs on other databases do without it.
    import aiosqlite

    connection = aiosqlite.connect(*args, **kwargs)
    _take_turns(connection)
    thread = _thread(connection)
    thread.daemon = True
    try:
        return await connection
    except BaseException:
        # The thread still reports to the event loop that it has stopped, and would fail loudly where that
        # one is closed by then.
        await asyncio.to_thread(thread.join, _LONGEST_STOP)
        raise


def _take_turns(connection: Any) -> None:
    """Have what the connection executes wait for locks in a way that can be given up."""
    turn, plain = Turn(), connection._execute

    async def execute(call: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs or connection._connection is None:
            return await plain(call, *args, **kwargs)
        return await plain(turn.take, connection._connection, call, *args)

    connection._execute, connection.taskbound_turn = execute, turn


def turn_of(connection: Any) -> Turn | None:
    """How a connection waits for locks; None where it was not opened here."""
    found: Turn | None = getattr(connection, "taskbound_turn", None)
    return found


def _thread(connection: Any) -> Thread:
    # The connection was a thread itself before aiosqlite 0.22.
    thread: Thread = getattr(connection, "_thread", connection)
    return thread


async def _ping(connection: Connection) -> None:
    async with connection.execute("SELECT 1"):
        pass


def _terminate(connection: Connection) -> None:
    if not connection._running:
        return
    # Closed alone it would keep its locks for as long as anything refers to one of its cursors, the
    # traceback of a cancelled task for example.
    connection._tx.put_nowait((None, partial(_roll_back, connection._connection)))
    # In a thread without an event loop there is none that could be closed before it is told.
    stopping = Thread(target=connection.stop)
    stopping.start()
    stopping.join()


def _roll_back(connection: sqlite3.Connection | None) -> None:
    with contextlib.suppress(sqlite3.Error):
        if connection is not None:
            connection.rollback()


def _abandon(connection: Connection) -> Remains | None:
    thread, held = _thread(connection), connection._connection
    if held is None or not thread.is_alive():
        return None
    if (turn := turn_of(connection)) is not None:
        turn.given_up = True
    _terminate(connection)

    async def gone(seconds: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while thread.is_alive():  # noqa: ASYNC110  # no thread can be asked to tell a loop that may be closed
                    await asyncio.sleep(_LOOK)
        return not thread.is_alive()

    async def interrupt(_spare: object) -> None:
        with contextlib.suppress(sqlite3.ProgrammingError):
            held.interrupt()

    return Remains(gone, interrupt, lambda: None)


def _cut_off(connection: Connection) -> None:
    if connection._connection is not None:
        connection._connection.interrupt()
    _terminate(connection)
    # Whoever closes it while its thread is about to end would wait for that thread for ever.
    _thread(connection).join(_LONGEST_STOP)


async def _fetch(connection: Connection, sql: str, arguments: Sequence[Any]) -> Sequence[Any]:
    # One hop to the connection's thread for the whole statement.
    rows: Any = await connection.execute_fetchall(sql, arguments)
    return cast("Sequence[Any]", rows)


def _in_thread(connection: Connection, call: Callable[..., Any], *args: Any) -> Awaitable[Any]:
    """One hop to the connection's thread for all that `call` does there."""
    hop: Awaitable[Any] = connection._execute(call, connection._conn, *args)  # type: ignore[no-untyped-call]  # theirs
    return hop


def _execute(connection: Connection, sql: str, arguments: Sequence[Any]) -> Awaitable[int]:
    return _in_thread(connection, execute_held, sql, arguments)


def _execute_many(connection: Connection, sql: str, rows: Collection[Any]) -> Awaitable[object]:
    return _in_thread(connection, execute_many_held, sql, rows)


def _fetch_many(
    connection: Connection, sql: str, rows: Collection[Any]
) -> Awaitable[Sequence[Any]]:
    return _in_thread(connection, fetch_many_held, sql, rows)


def _fetch_first(
    connection: Connection, _sql: str, statements: Collection[Any]
) -> Awaitable[tuple[int, Sequence[Any]]]:
    return _in_thread(connection, fetch_first_held, statements)


def _change_many(connection: Connection, sql: str, arguments: Sequence[Any]) -> Awaitable[int]:
    return _in_thread(connection, change_many_held, sql, arguments)


async def _stream(connection: Connection, sql: str, arguments: Sequence[Any], size: int) -> Stream:
    cursor = await connection.execute(sql, arguments)
    return Stream(cast("Any", partial(cursor.fetchmany, size)), cursor.close)


def _ended_by(connection: Connection, _error: BaseException) -> bool:
    return connection._connection is not None and not connection.in_transaction


def _in_transaction(connection: Connection) -> bool:
    try:
        return connection.in_transaction
    except (ValueError, sqlite3.ProgrammingError):
        # It is closed.
        return False


DRIVER = Driver(
    "sqlite+aiosqlite",
    "aiosqlite",
    "sqlite",
    _connect_args,
    _ping,
    _terminate,
    _opened,
    _abandon,
    _terminate,
    fetch=_fetch,
    execute=_execute,
    execute_many=_execute_many,
    fetch_many=_fetch_many,
    fetch_first=_fetch_first,
    change_many=_change_many,
    # SQLite makes a transaction of each statement that comes without one.
    fetch_alone=_fetch,
    ends_alone=True,
    stream=_stream,
    # A statement that is not at its end keeps the state that it reads, which is past the next write.
    meanwhile="reads",
    ended_by=_ended_by,
    in_transaction=_in_transaction,
    commit=commit,
    cut_off=_cut_off,
)
