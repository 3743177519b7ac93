"""What a created task awaits is not awaited here, and a session that only may be the given one is not held."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Trigger

running: set[asyncio.Task[None]] = set()


async def keep_alive() -> None:
    while True:
        await asyncio.sleep(5)


async def fire(sessions: async_sessionmaker[AsyncSession], trigger_id: int) -> str | None:
    async with sessions() as session:
        name = await session.scalar(select(Trigger.name).where(Trigger.id == trigger_id))
        task = asyncio.create_task(keep_alive())
        running.add(task)
        return name
