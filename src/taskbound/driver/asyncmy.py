"""asyncmy: MySQL and MariaDB, the protocol compiled with Cython."""

from __future__ import annotations

import gc
from asyncio import BaseTransport
from typing import Any

from taskbound.driver.facts import Driver, Stream
from taskbound.driver.mysql import connect_args, ended_by, fetch, ping, stream, terminate
from taskbound.driver.transport import cut


def _sever(connection: Any) -> None:
    # The compiled class shows its transport to nobody but the garbage collector.
    for held in gc.get_referents(connection):
        if isinstance(held, BaseTransport):
            cut(held)
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
