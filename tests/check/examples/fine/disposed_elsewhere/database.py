from functools import cache

from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from .settings import settings


def build_engine(url: str) -> AsyncEngine:
    return create_async_engine(url, pool_pre_ping=True)


@cache
def archive_engine() -> AsyncEngine:
    return create_async_engine(settings.archive_url)


engine = build_engine(settings.database_url)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def close_database() -> None:
    await engine.dispose()
    await archive_engine().dispose()
