"""The created task is awaited before the session's block ends, and nothing else uses the session meanwhile."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Device


async def names(session: AsyncSession) -> list[str]:
    return list((await session.scalars(select(Device.name))).all())


async def names_in_a_task(sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    async with sessions() as session:
        task = asyncio.create_task(names(session), name="names")
        return await task
