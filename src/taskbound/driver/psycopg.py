"""psycopg 3: libpq without blocking."""

from __future__ import annotations

import asyncio
import itertools
import math
import os
import socket
import sys
from functools import lru_cache, partial
from threading import Thread
from typing import TYPE_CHECKING, Any

from taskbound.driver.commit import commit
from taskbound.driver.facts import Copy, Driver, Remains, Stream
from taskbound.driver.transport import Lifeline

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from psycopg import AsyncConnection

    from taskbound.driver.facts import Spare

# libpq takes whole seconds and reads 1 as 2.
_SHORTEST = 2
# libpq's PQTRANS_INTRANS.
_IN_TRANSACTION = 2
# libpq's PQTRANS_INERROR.
_IN_ERROR = 3
# Seconds that a request to cancel may take to reach the server.
_REQUEST = 1.0
# Seconds after which the driver looks again at what it waits for; 0 would be without a pause.
_INTERVAL = 0.1
# PQTRANS_IDLE, and PQTRANS_UNKNOWN for a connection that is closed.
_OUTSIDE = frozenset((0, 4))
# For the names of cursors, which a session may have several of at a time.
_numbers = itertools.count(1)


def _connect_args(seconds: float) -> Mapping[str, Any]:
    return {"connect_timeout": max(_SHORTEST, math.ceil(seconds))}


async def _ping(connection: AsyncConnection[Any]) -> None:
    await _fetch_alone(connection, "SELECT 1", None)


def _terminate(connection: AsyncConnection[Any]) -> None:
    connection.pgconn.finish()


@lru_cache
def _own_class() -> type[AsyncConnection[Any]]:
    """The driver's connection, which a cancelled task leaves at once.

    The driver's own asks the server to cancel and waits for its answer, ten seconds on one that hangs.
    """
    # Imported with the first connection: programs on other databases do without it.
    from psycopg import AsyncConnection, waiting

    class Connection(AsyncConnection[Any]):
        async def wait(
            self, gen: Any, interval: float = _INTERVAL, timeout: float | None = None
        ) -> Any:
            # psycopg 3.2 knows no timeout.
            limits = {} if timeout is None else {"timeout": timeout}
            return await waiting.wait_async(gen, self.pgconn.socket, interval, **limits)

    return Connection


async def _opened(*args: Any, **kwargs: Any) -> Any:
    return await _own_class().connect(*args, **kwargs)


def _abandon(connection: AsyncConnection[Any]) -> Remains | None:
    pgconn = connection.pgconn
    if connection.closed:
        return None
    lifeline = Lifeline(pgconn.socket)
    request = _request(pgconn)
    pgconn.finish()
    return Remains(lifeline.gone, request, lifeline.release)


def _request(pgconn: Any) -> Any:
    from psycopg import capabilities

    if capabilities.has_cancel_safe():
        return partial(_request_cancel, pgconn.cancel_conn())
    # libpq before 17 waits for the server in the thread that asks.
    return partial(_request_cancel_in_thread, pgconn.get_cancel())


async def _request_cancel(cancel: Any, _spare: object) -> None:
    from psycopg import generators, waiting

    cancel.reset()
    cancel.start()
    await waiting.wait_conn_async(generators.cancel(cancel), interval=_INTERVAL, timeout=_REQUEST)


async def _request_cancel_in_thread(cancel: Any, _spare: object) -> None:
    # Not one of the loop's own: the interpreter would wait for it at exit.
    Thread(target=cancel.cancel, daemon=True).start()
    await asyncio.sleep(0)


def _cut_off(connection: AsyncConnection[Any]) -> Remains | None:
    if connection.closed:
        return None
    pgconn = connection.pgconn
    request, asked = _request(pgconn), asyncio.Event()
    # The task would not notice that libpq has closed the socket under it.
    with socket.socket(fileno=os.dup(pgconn.socket)) as same:
        same.shutdown(socket.SHUT_RDWR)

    async def gone(_seconds: float) -> bool:
        # Nothing can be read any more, and so not that the server has closed its end either.
        return asked.is_set()

    async def interrupt(spare: Spare) -> None:
        await request(spare)
        asked.set()

    return Remains(gone, interrupt, lambda: None)


async def _fetch(connection: AsyncConnection[Any], sql: str, arguments: Any) -> Sequence[Any]:
    cursor = await connection.execute(sql, arguments)
    return await cursor.fetchall()


async def _execute(connection: AsyncConnection[Any], sql: str, arguments: Any) -> int:
    cursor = await connection.execute(sql, arguments)
    return cursor.rowcount


async def _execute_many(connection: AsyncConnection[Any], sql: str, rows: Collection[Any]) -> None:
    # The driver sends them in a pipeline.
    async with connection.cursor() as cursor:
        await cursor.executemany(sql, rows)


async def _fetch_many(
    connection: AsyncConnection[Any], sql: str, rows: Collection[Any]
) -> Sequence[Any]:
    found: list[Any] = []
    async with connection.cursor() as cursor:
        await cursor.executemany(sql, rows, returning=True)
        while True:
            found += await cursor.fetchall()
            if not cursor.nextset():
                return found


async def _copy(connection: AsyncConnection[Any], copy: Copy, rows: Collection[Any]) -> None:
    # As text, which the server reads as the column's own type. In binary each type would have to be the
    # server's to the byte, where the driver takes the smallest that holds the value.
    async with connection.cursor() as cursor, cursor.copy(copy.sql) as writer:
        # As the driver's `write_row`, without a coroutine for each row: most rows only fill the buffer.
        formatted = writer.formatter.write_row
        for row in rows:
            if block := formatted(row):
                await writer.write(block)


async def _change_many(connection: AsyncConnection[Any], sql: str, arguments: Sequence[Any]) -> int:
    cursor = connection.cursor()
    await cursor.executemany(sql, arguments)
    return cursor.rowcount


async def _fetch_alone(connection: AsyncConnection[Any], sql: str, arguments: Any) -> Sequence[Any]:
    # In autocommit there is no BEGIN before the statement and no ROLLBACK after it.
    autocommit = connection.autocommit
    await connection.set_autocommit(True)
    try:
        rows = await _fetch(connection, sql, arguments)
    except Exception:
        if not connection.closed:
            await connection.set_autocommit(autocommit)
        raise
    # Not after a cancellation: the connection is in the middle of something then, and is not used again.
    await connection.set_autocommit(autocommit)
    return rows


async def _stream(connection: AsyncConnection[Any], sql: str, arguments: Any, size: int) -> Stream:
    # The driver's own class for this complains where a cursor ends with its transaction.
    name = f"taskbound_{next(_numbers)}"
    await connection.execute(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", arguments, prepare=False)
    fetch = partial(_fetch, connection, f"FETCH FORWARD {size:d} FROM {name}", None)
    return Stream(fetch, partial(_close, connection, name))


async def _close(connection: AsyncConnection[Any], name: str) -> None:
    # After an error there is only the rollback.
    if connection.info.transaction_status == _IN_TRANSACTION:
        await connection.execute(f"CLOSE {name}")


def _ended_by(connection: AsyncConnection[Any], _error: BaseException) -> bool:
    return connection.info.transaction_status == _IN_ERROR


async def _is_aborted(connection: AsyncConnection[Any]) -> bool:
    return connection.info.transaction_status == _IN_ERROR


def _in_transaction(connection: AsyncConnection[Any]) -> bool:
    return connection.pgconn.transaction_status not in _OUTSIDE


DRIVER = Driver(
    "postgresql+psycopg",
    "psycopg",
    "psycopg",
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
    change_many=_change_many,
    fetch_alone=_fetch_alone,
    ends_alone=True,
    stream=_stream,
    meanwhile="anything",
    ended_by=_ended_by,
    is_aborted=_is_aborted,
    in_transaction=_in_transaction,
    commit=commit,
    # Before psycopg 3.3 it waits by `wait_for()`, which enters `timeout()` from Python 3.12 on.
    commit_keeps_task=sys.version_info >= (3, 12),
    copy=_copy,
    cut_off=_cut_off,
)
