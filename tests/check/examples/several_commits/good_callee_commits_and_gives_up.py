"""The callee commits only on the path on which its caller stops."""

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job, Run


async def lock(session: AsyncSession, run_id: int) -> list[int] | None:
    ids = list((await session.scalars(select(Job.id).where(Job.run_id == run_id).with_for_update())).all())
    if not ids:
        await session.execute(update(Run).where(Run.id == run_id).values(locked=False))
        await session.commit()
        return None
    return ids


async def finish(sessions: async_sessionmaker[AsyncSession], run_id: int) -> None:
    async with sessions() as session:
        ids = await lock(session, run_id)
        if ids is None:
            return
        await session.execute(update(Job).where(Job.id.in_(ids)).values(state="done"))
        await session.commit()
