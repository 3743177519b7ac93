"""A semaphore of three bounds how many overlap; it does not stop them."""

import asyncio

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Thumbnail


async def mark(session: AsyncSession, limit: asyncio.Semaphore, thumbnail_id: int) -> None:
    async with limit:
        await session.execute(update(Thumbnail).where(Thumbnail.id == thumbnail_id).values(fresh=False))


async def mark_all(sessions: async_sessionmaker[AsyncSession], thumbnail_ids: list[int]) -> None:
    limit = asyncio.Semaphore(3)
    async with sessions.begin() as session:
        async with asyncio.TaskGroup() as group:
            for thumbnail_id in thumbnail_ids:
                group.create_task(mark(session, limit, thumbnail_id))  # finds TB101
