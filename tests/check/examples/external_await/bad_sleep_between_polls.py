"""asyncio.sleep between two polls keeps the connection for the whole wait."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job


async def wait_for(sessions: async_sessionmaker[AsyncSession], job_id: int) -> str:
    async with sessions() as session:
        while True:
            state = (await session.execute(select(Job.state).where(Job.id == job_id))).scalar_one()
            if state in ("done", "failed"):
                return state
            await asyncio.sleep(1)  # finds TB405
