"""asyncio.run in a loop: from the second turn on the connections belong to a closed loop."""

import asyncio
import time

from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

engine = create_async_engine("postgresql+asyncpg://app@localhost/app")


async def sweep() -> None:
    async with engine.begin() as connection:
        await connection.execute(text("DELETE FROM carts WHERE touched < now() - interval '1 day'"))


def main() -> None:
    while True:
        asyncio.run(sweep())  # finds TB403
        time.sleep(60)


async def close() -> None:
    await engine.dispose()
