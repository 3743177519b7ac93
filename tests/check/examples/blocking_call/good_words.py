"""Lists called requests, a project's own sleep, and small reads at start."""

import time

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .clock import sleep
from .models import Request


async def pending(sessions: async_sessionmaker[AsyncSession]) -> dict[int, str]:
    started = time.monotonic()
    async with sessions() as session:
        requests = {each.id: each for each in await session.scalars(select(Request))}
    first = requests.get(1)
    await sleep(1)
    return {each.id: each.path for each in requests.values() if each is not first and time.monotonic() > started}
