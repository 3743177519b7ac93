"""begin() as a block inside the session: the second block is a transaction of its own."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job


async def run(sessions: async_sessionmaker[AsyncSession], job_id: int) -> None:
    async with sessions() as session:
        async with session.begin_nested():
            await session.execute(update(Job).where(Job.id == job_id).values(state="started"))
        await session.commit()
