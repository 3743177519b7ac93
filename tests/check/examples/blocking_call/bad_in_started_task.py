"""It is told in the coroutine, and not where a task group starts that."""

import time

import anyio
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker


async def submit(sessions: async_sessionmaker[AsyncSession], number: int) -> None:
    time.sleep(number)  # finds TB702


async def submit_all(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with anyio.create_task_group() as group:
        for number in range(3):
            group.start_soon(submit, sessions, number)
