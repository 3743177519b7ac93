"""aiomysql: MySQL and MariaDB, on PyMySQL's protocol."""

from __future__ import annotations

from typing import Any

from taskbound.driver.facts import Driver, Stream
from taskbound.driver.mysql import connect_args, ended_by, fetch, ping, stream, terminate
from taskbound.driver.transport import cut


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
    terminate,
    _sever,
    fetch=fetch,
    fetch_alone=fetch,
    # The connection is not in autocommit, so the first statement opens a transaction.
    ends_alone=False,
    stream=_stream,
    meanwhile="nothing",
    ended_by=ended_by,
)
