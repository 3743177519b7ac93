"""The created task is awaited before the session's block ends, and nothing else uses the session meanwhile."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Device


async def names(session: AsyncSession) -> list[str]:
    return list((await session.scalars(select(Device.name))).all())


async def names_within(sessions: async_sessionmaker[AsyncSession], seconds: float) -> list[str]:
    async with sessions() as session:
        task = asyncio.create_task(names(session))
        done, _ = await asyncio.wait({task}, timeout=seconds)
        if not done:
            task.cancel()
            return []
        return await task
