"""asyncmy: MySQL and MariaDB, the protocol compiled with Cython."""

from __future__ import annotations

import gc
from asyncio import BaseTransport
from typing import Any

from taskbound.driver.facts import Driver
from taskbound.driver.mysql import connect_args, fetch, ping, terminate
from taskbound.driver.transport import cut


def _sever(connection: Any) -> None:
    # The compiled class shows its transport to nobody but the garbage collector.
    for held in gc.get_referents(connection):
        if isinstance(held, BaseTransport):
            cut(held)
    # The transport is closing already, so this does not ask the loop.
    connection.close()


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
)
