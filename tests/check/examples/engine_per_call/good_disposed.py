"""An engine for one job, disposed at its end."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def create_database(url: str, name: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    try:
        async with engine.connect() as connection:
            await connection.execute(text("CREATE DATABASE app"))
    finally:
        await engine.dispose()
