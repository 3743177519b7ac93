from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def create_schema(url: str) -> None:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.execute(text("CREATE SCHEMA IF NOT EXISTS app"))
    finally:
        await engine.dispose()
