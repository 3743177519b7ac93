"""A stream on a connection of its own, in a transaction that only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sqlalchemy.ext.asyncio import AsyncEngine

from taskbound.awaiting import run_to_the_end
from taskbound.read.chunks import Chunks
from taskbound.read.inside import fetch_inside

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.ext.asyncio import AsyncConnection

    from taskbound.driver.facts import Driver
    from taskbound.plan.layout import Rows
    from taskbound.read.stream import StreamedStatement
    from taskbound.statement import Arguments

# Where each statement may see another state, the backends that can do better. SQLite always does.
_SEVERAL_LEVELS = ("postgresql", "mysql", "mariadb")
# The levels at which all statements of a transaction see one state.
_ONE_STATE = ("REPEATABLE READ", "SERIALIZABLE")


class PoolStream:
    """The rows of a statement on a connection that goes back to the pool at the end."""

    __slots__ = ("_chunks", "_connection", "_driver", "_inside")

    def __init__(self, connection: AsyncConnection, driver: Driver | None, chunks: Chunks) -> None:
        self._connection = connection
        self._inside = inside(connection)
        self._driver = driver
        self._chunks = chunks

    async def rows(self) -> Rows:
        """The next rows; none at the end."""
        return await self._chunks.rows()

    async def fetch(self, sql: str, arguments: Arguments) -> Rows:
        """The rows of another statement, in the same transaction."""
        return await fetch_inside(self._inside, self._driver, sql, arguments)

    async def close(self) -> None:
        """Give the connection back."""
        try:
            if self._chunks.is_on_the_wire:
                # To read the rest may take as long as it has taken to come here, and longer.
                self._chunks.abandon()
                await self._connection.invalidate()
            else:
                await self._chunks.close()
        finally:
            await run_to_the_end(self._connection.close())


async def pool_stream(
    engine: Engine, driver: Driver | None, statement: StreamedStatement
) -> PoolStream:
    """The rows of a statement on a connection of its own.

    Where other statements are sent in between, the transaction is one in which all see the same state.
    """
    connection = await AsyncEngine(engine).connect()
    try:
        level = _level(inside(connection), statement)
        if level is not None:
            await connection.execution_options(isolation_level=level)
        await connection.begin()
        chunks = Chunks(inside(connection), driver, statement)
        opened = PoolStream(connection, driver, chunks)
        await chunks.open(spooled=statement.batched and chunks.meanwhile == "nothing")
    except BaseException:
        await run_to_the_end(connection.close())
        raise
    return opened


def inside(connection: AsyncConnection) -> Connection:
    """SQLAlchemy's synchronous form of an open connection."""
    return cast("Connection", connection.sync_connection)


def _level(connection: Connection, statement: StreamedStatement) -> str | None:
    """The isolation level to change to, or None where that of the engine will do."""
    dialect = connection.dialect
    if dialect.name not in _SEVERAL_LEVELS:
        return None
    level = (
        connection.get_execution_options().get("isolation_level")
        or dialect._on_connect_isolation_level
        or dialect.default_isolation_level
    )
    # PostgreSQL has cursors in transactions alone.
    needed = statement.batched or level == "AUTOCOMMIT"
    return "REPEATABLE READ" if needed and level not in _ONE_STATE else None
