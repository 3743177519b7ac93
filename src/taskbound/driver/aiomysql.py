"""aiomysql: MySQL and MariaDB, on PyMySQL's protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from taskbound.driver.facts import Driver
from taskbound.driver.transport import cut

if TYPE_CHECKING:
    from collections.abc import Mapping


def _connect_args(seconds: float) -> Mapping[str, Any]:
    return {"connect_timeout": seconds}


async def _ping(connection: Any) -> None:
    # A statement, not COM_PING: a Galera node without quorum answers the one and refuses the other.
    async with connection.cursor() as cursor:
        await cursor.execute("SELECT 1")


def _terminate(connection: Any) -> None:
    connection.close()


def _sever(connection: Any) -> None:
    writer = connection._writer
    # The driver holds a connection without a writer for closed.
    connection._writer = None
    cut(writer.transport)


DRIVER = Driver("mysql+aiomysql", "aiomysql", "mysql", _connect_args, _ping, _terminate, _sever)
