"""asyncmy: MySQL and MariaDB, the protocol compiled with Cython."""

from __future__ import annotations

import gc
import sys
from asyncio import BaseTransport
from typing import Any

from taskbound.driver import mysql
from taskbound.driver.commit import commit
from taskbound.driver.facts import Driver, Remains, Stream
from taskbound.driver.mysql import (
    change_many,
    connect_args,
    ended_by,
    execute,
    execute_many,
    fetch,
    fetch_many,
    in_transaction,
    ping,
    stream,
)
from taskbound.driver.transport import cut


async def _opened(*args: Any, **kwargs: Any) -> Any:
    # Imported with the first connection: programs on other databases do without it.
    import asyncmy

    connection: Any = await asyncmy.connect(*args, **kwargs)
    # The driver lets go of it where a read is cancelled.
    connection._taskbound_transport = _transport(connection)
    return connection


def _transport(connection: Any) -> Any:
    known = getattr(connection, "_taskbound_transport", None)
    # The compiled class shows its transport to nobody but the garbage collector.
    return known or next(
        (held for held in gc.get_referents(connection) if isinstance(held, BaseTransport)), None
    )


def _terminate(connection: Any) -> None:
    mysql.terminate(connection, _transport(connection))


def _abandon(connection: Any) -> Remains:
    return mysql.abandon(connection, _transport(connection))


def _sever(connection: Any) -> None:
    transport = _transport(connection)
    if transport is not None:
        cut(transport)
    # The transport is closing already, so this does not ask the loop.
    connection.close()


async def _stream(connection: Any, sql: str, arguments: Any, size: int) -> Stream:
    # Imported with the first stream: programs on other databases do without it.
    from asyncmy.cursors import SSCursor

    return await stream(SSCursor(connection), sql, arguments, size)


DRIVER = Driver(
    "mysql+asyncmy",
    "asyncmy",
    "asyncmy",
    connect_args,
    ping,
    _terminate,
    _opened,
    _abandon,
    _sever,
    fetch=fetch,
    execute=execute,
    execute_many=execute_many,
    fetch_many=fetch_many,
    change_many=change_many,
    fetch_alone=fetch,
    # The connection is not in autocommit, so the first statement opens a transaction.
    ends_alone=False,
    stream=_stream,
    meanwhile="nothing",
    ended_by=ended_by,
    in_transaction=in_transaction,
    commit=commit,
    # With a `read_timeout` it waits by `wait_for()`, which enters `timeout()` from Python 3.12 on.
    commit_keeps_task=sys.version_info >= (3, 12),
)
