"""aiomysql: MySQL and MariaDB, on PyMySQL's protocol."""

from __future__ import annotations

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
    import aiomysql

    connection = await aiomysql.connect(*args, **kwargs)
    # The driver lets go of it where a read is cancelled.
    connection._taskbound_transport = connection._writer.transport
    return connection


def _transport(connection: Any) -> Any:
    held = getattr(connection, "_taskbound_transport", None)
    return held or getattr(connection._writer, "transport", None)


def _terminate(connection: Any) -> None:
    mysql.terminate(connection, _transport(connection))


def _abandon(connection: Any) -> Remains:
    return mysql.abandon(connection, _transport(connection))


def _sever(connection: Any) -> None:
    writer = connection._writer
    # The driver holds a connection without a writer for closed.
    connection._writer = None
    cut(writer.transport)


async def _stream(connection: Any, sql: str, arguments: Any, size: int) -> Stream:
    # Imported with the first stream: programs on other databases do without it.
    from aiomysql import SSCursor

    return await stream(SSCursor(connection), sql, arguments, size)


DRIVER = Driver(
    "mysql+aiomysql",
    "aiomysql",
    "mysql",
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
)
