"""A loop that runs to its end closes the generator."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import User

sessions: async_sessionmaker[AsyncSession] = make_sessions()


async def get_db() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def names() -> list[str]:
    found: list[str] = []
    async for db in get_db():
        found = list((await db.execute(select(User.name))).scalars())
    return found
