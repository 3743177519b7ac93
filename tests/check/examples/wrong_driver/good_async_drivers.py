"""Each URL names an async driver, or one with an async mode."""

import os

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine

pg = create_async_engine("postgresql+asyncpg://app@localhost/app")
pg3 = create_async_engine("postgresql+psycopg://app@localhost/app")
my = create_async_engine("mysql+aiomysql://app@localhost/app")
lite = create_async_engine("sqlite+aiosqlite:///app.db")
other = create_async_engine(URL.create("mysql+asyncmy", host="localhost", database="app"))
configured = create_async_engine(os.environ["DATABASE_URL"])
replaced = create_async_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+asyncpg://"))


async def close() -> None:
    for engine in (pg, pg3, my, lite, other, configured, replaced):
        await engine.dispose()
