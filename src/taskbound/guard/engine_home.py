"""Law 6: an engine is made once, for one event loop of one process.

taskbound's own pool sees to this by itself (`engine/pool.py`). This watch is for the pool of an
engine that the user has made: a connection that was opened elsewhere is replaced where its loop is
gone or belongs to the parent process, and refused while that loop is still open.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError

from taskbound.driver import driver_of
from taskbound.engine.pool import HOME, Home, TaskPool, replace_after_fork
from taskbound.engine.url import masked
from taskbound.errors import ForeignLoop
from taskbound.place import calling_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.ext.asyncio import AsyncEngine
    from sqlalchemy.pool import ConnectionPoolEntry


def _end(how: Callable[[Any], object] | None, connection: object) -> None:
    if how is not None:
        how(connection)


def watch(engine: AsyncEngine) -> None:
    """Have every checkout of an engine look where its connection was opened."""
    if isinstance(engine.pool, TaskPool):
        return
    driver, label = driver_of(engine.url), masked(engine.url)

    def connect(_dbapi_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[HOME] = Home(asyncio.get_running_loop())

    def checkout(_dbapi_connection: object, record: Any, fairy: Any) -> None:
        home: Home | None = record.info.get(HOME)
        if home is None or home.is_here(asyncio.get_running_loop()):
            return
        raw = record.driver_connection
        # Taken out first: SQLAlchemy would close it on an event loop that is not its own.
        record.dbapi_connection = fairy.dbapi_connection = None
        if home.loop.is_closed():
            _end(driver.sever if driver else None, raw)
        else:
            home.loop.call_soon_threadsafe(_end, driver.terminate if driver else None, raw)
            raise ForeignLoop(url=label, place=calling_place())
        raise DisconnectionError("the connection was opened in another event loop or process")

    replace_after_fork(engine.sync_engine)
    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "checkout", checkout)
