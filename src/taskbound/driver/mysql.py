"""What the drivers of MySQL and MariaDB have in common: both are grown from PyMySQL."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from taskbound.driver.facts import Stream

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def connect_args(seconds: float) -> Mapping[str, Any]:
    """The limit of the drivers' `connect`, in seconds."""
    return {"connect_timeout": seconds}


async def ping(connection: Any) -> None:
    """Run one statement, in one round trip."""
    # A statement, not COM_PING: a Galera node without quorum answers the one and refuses the other.
    async with connection.cursor() as cursor:
        await cursor.execute("SELECT 1")


async def fetch(connection: Any, sql: str, arguments: Any) -> Sequence[Any]:
    """All rows of a statement, read into memory."""
    async with connection.cursor() as cursor:
        await cursor.execute(sql, arguments)
        rows: Sequence[Any] = await cursor.fetchall()
        return rows


async def stream(cursor: Any, sql: str, arguments: Any, size: int) -> Stream:
    """The rows of a statement, through a cursor that leaves them on the wire."""
    await cursor.execute(sql, arguments)
    return Stream(partial(cursor.fetchmany, size), cursor.close)


def terminate(connection: Any) -> None:
    """Close the socket, without a word to the server."""
    connection.close()
