"""asyncmy: MySQL and MariaDB, the protocol compiled with Cython."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from taskbound.driver.facts import Driver

if TYPE_CHECKING:
    from collections.abc import Mapping


def _connect_args(seconds: float) -> Mapping[str, Any]:
    return {"connect_timeout": seconds}


async def _ping(connection: Any) -> None:
    # A statement, not COM_PING: a Galera node without quorum answers the one and refuses the other.
    async with connection.cursor() as cursor:
        await cursor.execute("SELECT 1")


def _sever(connection: Any) -> None:
    # It closes its transport, which fails where it would go on through the loop. Its socket is out of
    # reach from here, and closes when the connection is collected.
    with contextlib.suppress(RuntimeError):
        connection.close()


DRIVER = Driver("mysql+asyncmy", "asyncmy", "asyncmy", _connect_args, _ping, _sever)
