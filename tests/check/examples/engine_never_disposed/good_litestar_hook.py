"""Litestar's on_shutdown disposes."""

from litestar import Litestar, get
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://app@localhost/app")


@get("/ready")
async def ready() -> bool:
    async with engine.connect() as connection:
        return bool(await connection.scalar(text("SELECT true")))


async def close() -> None:
    await engine.dispose()


app = Litestar([ready], on_shutdown=[close])
