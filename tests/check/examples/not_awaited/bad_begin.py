"""begin() that is neither awaited nor entered begins nothing."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job


async def release(sessions: async_sessionmaker[AsyncSession], worker: str) -> None:
    async with sessions() as session:
        session.begin()  # finds TB302
        await session.execute(update(Job).where(Job.worker == worker).values(worker=None))
        await session.commit()
