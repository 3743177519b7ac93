"""A commit for each batch, and one for each job of a worker's endless loop."""

import asyncio
from itertools import batched

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Event, Job
from .queue import next_job_id


async def store(sessions: async_sessionmaker[AsyncSession], rows: list[dict[str, str]]) -> None:
    async with sessions() as session:
        for batch in batched(rows, 1000):
            await session.execute(insert(Event), list(batch))
            await session.commit()


async def work(sessions: async_sessionmaker[AsyncSession]) -> None:
    while True:
        job_id = await next_job_id()
        async with sessions.begin() as session:
            await session.execute(update(Job).where(Job.id == job_id).values(state="done"))
        await asyncio.sleep(0)
