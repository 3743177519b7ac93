"""A lock that lives as long as its connection: the wait is told, with less confidence, since it is held on purpose."""

import asyncio

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


async def lead(engine: AsyncEngine, key: int) -> None:
    async with engine.connect() as connection:
        leads = await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key})
        while leads.scalar():
            await asyncio.sleep(5)  # finds TB405
            leads = await connection.execute(text("SELECT 1"))
