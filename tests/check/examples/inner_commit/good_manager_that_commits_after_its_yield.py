"""The manager calls commit() after its yield: a commit inside closes nothing under it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import Organization, Profile

sessions: async_sessionmaker[AsyncSession] = make_sessions()


@asynccontextmanager
async def db_context() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session
        await session.commit()


async def bootstrap(name: str) -> None:
    async with db_context() as db:
        db.add(Organization(name=name))
        db.add(Profile(name=name))
        await db.commit()
