"""The task waits in its own time; the one that made it does not."""

import asyncio

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job


async def keep_alive(job_id: int, stopped: asyncio.Event) -> None:
    async with httpx.AsyncClient() as client:
        while not stopped.is_set():
            await client.post(f"https://leases.example/{job_id}")
            await asyncio.sleep(10)


async def run_next(sessions: async_sessionmaker[AsyncSession], stopped: asyncio.Event) -> None:
    async with sessions.begin() as session:
        job = (await session.scalars(select(Job.id).where(Job.done.is_(False)))).first()
        if job is not None:
            lease = asyncio.create_task(keep_alive(job, stopped))
            lease.add_done_callback(print)
