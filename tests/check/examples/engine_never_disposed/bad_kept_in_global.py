"""A global engine is the program's, whoever makes it."""

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

_engine: AsyncEngine | None = None


def configure(url: str) -> None:
    global _engine
    _engine = create_async_engine(url, pool_pre_ping=True)  # finds TB704


async def forget() -> None:
    global _engine
    _engine = None
