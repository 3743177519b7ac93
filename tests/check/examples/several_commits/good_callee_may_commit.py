"""The callee commits on a path after which there is nothing more to do; or records what went wrong."""

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job, Run


async def lock_jobs(session: AsyncSession, run_id: int) -> list[int] | None:
    jobs = list(await session.scalars(select(Job.id).where(Job.run_id == run_id).with_for_update()))
    if not jobs:
        await session.execute(update(Run).where(Run.id == run_id).values(locked=False))
        await session.commit()
        return None
    return jobs


async def load(sessions: async_sessionmaker[AsyncSession], run_id: int) -> list[int] | None:
    async with sessions() as session:
        jobs = await lock_jobs(session, run_id)
        if jobs is None:
            return None
        await session.execute(delete(Job).where(Job.run_id == run_id))
        await session.commit()
        return jobs


async def claim(sessions: async_sessionmaker[AsyncSession], run_id: int, worker: str) -> int | None:
    async with sessions() as session:
        await session.execute(update(Run).where(Run.id == run_id).values(worker=worker))
        await session.commit()
        found = (await session.scalars(select(Run.id).where(Run.id == run_id))).first()
        if found is None:
            await session.execute(update(Job).where(Job.run_id == run_id).values(state="error"))
            await session.commit()
            return None
        return found
