"""An UPDATE whose transaction is never committed."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job


async def release(sessions: async_sessionmaker[AsyncSession], worker: str) -> int:
    async with sessions() as session:
        result = await session.execute(update(Job).where(Job.worker == worker).values(worker=None))  # finds TB301
        return result.rowcount
