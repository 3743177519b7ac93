"""The URLs are in one place, and each has the wrong driver for its engine."""

from sqlalchemy import create_engine
from sqlalchemy.ext.asyncio import create_async_engine

ASYNC_URL = "mysql+pymysql://app@localhost/app"
SYNC_URL = "mysql+aiomysql://app@localhost/app"

engine = create_async_engine(ASYNC_URL, pool_recycle=3600)  # finds TB401
migrations = create_engine(SYNC_URL)  # finds TB401


async def close() -> None:
    migrations.dispose()
    await engine.dispose()
