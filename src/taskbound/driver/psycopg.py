"""psycopg 3: libpq without blocking."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from taskbound.driver.facts import Driver

if TYPE_CHECKING:
    from collections.abc import Mapping

    from psycopg import AsyncConnection

# libpq takes whole seconds and reads 1 as 2.
_SHORTEST = 2


def _connect_args(seconds: float) -> Mapping[str, Any]:
    return {"connect_timeout": max(_SHORTEST, math.ceil(seconds))}


async def _ping(connection: AsyncConnection[Any]) -> None:
    # In autocommit there is no BEGIN before the statement and no ROLLBACK after it.
    autocommit = connection.autocommit
    await connection.set_autocommit(True)
    try:
        await connection.execute("SELECT 1")
    finally:
        if not connection.closed:
            await connection.set_autocommit(autocommit)


def _terminate(connection: AsyncConnection[Any]) -> None:
    connection.pgconn.finish()


DRIVER = Driver(
    "postgresql+psycopg", "psycopg", "psycopg", _connect_args, _ping, _terminate, _terminate
)
