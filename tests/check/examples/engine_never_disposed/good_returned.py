"""Who asks for the engine owns it."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def engine_of(host: str, database: str) -> AsyncEngine:
    return create_async_engine(f"postgresql+asyncpg://app@{host}/{database}", pool_recycle=1800)
