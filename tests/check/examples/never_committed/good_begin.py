"""The block commits on exit: factory.begin(), or a second item session.begin()."""

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Job, User


async def create_user(sessions: async_sessionmaker[AsyncSession], name: str) -> None:
    async with sessions.begin() as session:
        session.add(User(name=name))


async def release(sessions: async_sessionmaker[AsyncSession], worker: str) -> None:
    async with sessions() as session, session.begin():
        await session.execute(update(Job).where(Job.worker == worker).values(worker=None))


async def release_nested(sessions: async_sessionmaker[AsyncSession], worker: str) -> None:
    async with sessions() as session:
        async with session.begin():
            await session.execute(update(Job).where(Job.worker == worker).values(worker=None))
