"""A connection for one read outside a transaction, and back into the pool."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection
from sqlalchemy.util import greenlet_spawn

from taskbound.awaiting import run_to_the_end
from taskbound.engine.pool import TaskPool

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.pool import PoolProxiedConnection


class Checkout:
    """One connection of the pool, with no transaction begun on it.

    SQLAlchemy's own way through `engine.connect()` costs twice as much, and sends a ROLLBACK for what
    has no transaction.
    """

    __slots__ = ("_engine", "_held", "_pool")

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = engine.pool

    async def open(self) -> PoolProxiedConnection:
        """The connection, once there is one. Raises what the pool's checkout raises."""
        pool = self._pool
        if isinstance(pool, TaskPool) and pool.has_ready:
            # No greenlet is needed where nothing is sent.
            self._held: Any = pool.connect()
        else:
            self._held = await greenlet_spawn(self._connect)
        held: PoolProxiedConnection = self._held
        return held

    def _connect(self) -> PoolProxiedConnection:
        engine = self._engine
        try:
            return engine.raw_connection()
        except engine.dialect.loaded_dbapi.Error as error:
            Connection._handle_dbapi_exception_noconnection(error, engine.dialect, engine)
            raise

    async def close(self, *, clean: bool) -> None:
        """Give the connection back.

        clean: no transaction has been left open on it.
        """
        pool = self._pool
        if clean and isinstance(pool, TaskPool) and pool.takes_at_once:
            self._held._close_special(transaction_reset=True)
        else:
            await greenlet_spawn(self._held._close_special, transaction_reset=clean)

    async def lose(self, error: Exception) -> None:
        """Close the connection, which the server has ended, and with it all others of before.

        A server that was started anew has ended them all: the next read shall not find out by itself.
        """
        self._pool._invalidate(self._held, error, _checkin=False)
        await self.invalidate(error)

    async def invalidate(self, error: BaseException) -> None:
        """Close the connection, whose state is not known any more, and leave its place to a new one."""
        # anyio cancels again at each await: a second time would cut this short and leave a task behind.
        await run_to_the_end(greenlet_spawn(self._held.invalidate, error))
