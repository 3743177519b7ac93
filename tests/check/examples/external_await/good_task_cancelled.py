"""A task that was cancelled ends at once: its await waits for nothing outside."""

import asyncio
from contextlib import suppress

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job


async def keep_alive(job_id: int) -> None:
    async with httpx.AsyncClient() as client:
        while True:
            await asyncio.sleep(10)
            await client.post(f"https://leases.example/{job_id}")


async def run(sessions: async_sessionmaker[AsyncSession], job_id: int) -> None:
    async with sessions.begin() as session:
        renewer = asyncio.create_task(keep_alive(job_id))
        try:
            await session.scalars(select(Job.id).where(Job.id == job_id))
        finally:
            renewer.cancel()
            with suppress(asyncio.CancelledError):
                await renewer
