"""asyncmy: MySQL and MariaDB, the protocol compiled with Cython."""

from __future__ import annotations

import gc
from asyncio import BaseTransport
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
    # The compiled class shows its transport to nobody but the garbage collector.
    for held in gc.get_referents(connection):
        if isinstance(held, BaseTransport):
            cut(held)
    # The transport is closing already, so this does not ask the loop.
    connection.close()


DRIVER = Driver("mysql+asyncmy", "asyncmy", "asyncmy", _connect_args, _ping, _terminate, _sever)
