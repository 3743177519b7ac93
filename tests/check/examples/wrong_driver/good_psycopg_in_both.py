"""psycopg serves both kinds of engine."""

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

URL = "postgresql+psycopg://app@localhost/app"

engine = create_engine(URL)
async_engine = create_async_engine(URL)


async def close() -> None:
    engine.dispose()
    await async_engine.dispose()
