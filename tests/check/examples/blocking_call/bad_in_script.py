"""A script with one task: it blocks, and with less confidence, since nobody waits beside it."""

import asyncio
import time

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

sessions = async_sessionmaker[AsyncSession](expire_on_commit=False)


async def main() -> None:
    async with sessions() as session:
        await session.execute(text("SELECT 1"))
    time.sleep(1)  # finds TB702


if __name__ == "__main__":
    asyncio.run(main())
