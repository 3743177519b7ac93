"""The state is committed so that no transaction is open while the other service works."""

import httpx
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job


async def run(sessions: async_sessionmaker[AsyncSession], client: httpx.AsyncClient, job_id: int) -> None:
    async with sessions() as session:
        await session.execute(update(Job).where(Job.id == job_id).values(state="running"))
        await session.commit()
        answer = await client.post("https://render.example.com/jobs", json={"id": job_id})
        await session.execute(update(Job).where(Job.id == job_id).values(state=answer.json()["state"]))
        await session.commit()
