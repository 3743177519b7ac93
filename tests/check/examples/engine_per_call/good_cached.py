"""The function is cached, or guards itself: one engine for the program."""

from functools import lru_cache

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from .settings import settings

_engine: AsyncEngine | None = None


@lru_cache
def cached_engine() -> AsyncEngine:
    return create_async_engine(settings.database_url)


def guarded_engine() -> AsyncEngine:
    global _engine
    if _engine is None:
        _engine = create_async_engine(settings.database_url)
    return _engine


async def ready() -> None:
    async with cached_engine().connect() as connection, guarded_engine().connect() as other:
        await connection.execute(text("SELECT 1"))
        await other.execute(text("SELECT 1"))


async def close() -> None:
    await cached_engine().dispose()
    await guarded_engine().dispose()
