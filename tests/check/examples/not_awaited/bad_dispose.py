"""dispose() of an AsyncEngine and close() of a connection are coroutines."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def ping(url: str) -> bool:
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return bool(await connection.scalar(text("SELECT 1")))
    finally:
        engine.dispose()  # finds TB302
