"""time.sleep stops the whole loop."""

import time

from sqlalchemy.exc import OperationalError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine


async def wait_for_database(engine: AsyncEngine) -> None:
    for _ in range(10):
        try:
            async with engine.connect() as connection:
                await connection.execute(text("SELECT 1"))
                return
        except OperationalError:
            time.sleep(1)  # finds TB702
