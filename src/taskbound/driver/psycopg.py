"""psycopg 3: libpq without blocking."""

from __future__ import annotations

import itertools
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from taskbound.driver.facts import Driver, Stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from psycopg import AsyncConnection

# libpq takes whole seconds and reads 1 as 2.
_SHORTEST = 2
# libpq's PQTRANS_INTRANS.
_IN_TRANSACTION = 2
# libpq's PQTRANS_INERROR.
_IN_ERROR = 3
# For the names of cursors, which a session may have several of at a time.
_numbers = itertools.count(1)


def _connect_args(seconds: float) -> Mapping[str, Any]:
    return {"connect_timeout": max(_SHORTEST, math.ceil(seconds))}


async def _ping(connection: AsyncConnection[Any]) -> None:
    await _fetch_alone(connection, "SELECT 1", None)


def _terminate(connection: AsyncConnection[Any]) -> None:
    connection.pgconn.finish()


async def _fetch(connection: AsyncConnection[Any], sql: str, arguments: Any) -> Sequence[Any]:
    cursor = await connection.execute(sql, arguments)
    return await cursor.fetchall()


async def _fetch_alone(connection: AsyncConnection[Any], sql: str, arguments: Any) -> Sequence[Any]:
    # In autocommit there is no BEGIN before the statement and no ROLLBACK after it.
    autocommit = connection.autocommit
    await connection.set_autocommit(True)
    try:
        return await _fetch(connection, sql, arguments)
    finally:
        if not connection.closed:
            await connection.set_autocommit(autocommit)


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


DRIVER = Driver(
    "postgresql+psycopg",
    "psycopg",
    "psycopg",
    _connect_args,
    _ping,
    _terminate,
    _terminate,
    fetch=_fetch,
    fetch_alone=_fetch_alone,
    ends_alone=True,
    stream=_stream,
    meanwhile="anything",
    ended_by=_ended_by,
    is_aborted=_is_aborted,
)
