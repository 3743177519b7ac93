"""The context manager goes on with the connection that it was given, and takes one where it was given none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

engine: AsyncEngine = create_async_engine("sqlite+aiosqlite://")


@asynccontextmanager
async def begun(connection: AsyncConnection | None = None) -> AsyncIterator[AsyncConnection]:
    if connection is not None:
        yield connection
    else:
        async with engine.begin() as own:
            yield own


async def fill(connection: AsyncConnection) -> None:
    await connection.execute(text("CREATE TABLE a (id INTEGER)"))
    async with begun(connection) as same:
        await same.execute(text("INSERT INTO a VALUES (1)"))


async def add(key: int, connection: AsyncConnection | None = None) -> None:
    async with begun(connection) as same:
        await same.execute(text("INSERT INTO a VALUES (:key)"), {"key": key})


async def add_two(connection: AsyncConnection) -> None:
    await connection.execute(text("DELETE FROM a WHERE id = 1"))
    await add(1, connection)


async def copy(session: AsyncSession, connection: AsyncConnection) -> None:
    found = (await session.execute(text("SELECT id FROM a"))).all()
    async with begun(connection) as same:
        await same.execute(text("INSERT INTO a VALUES (:key)"), {"key": len(found)})


async def stop() -> None:
    await engine.dispose()
