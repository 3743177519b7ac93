"""anext() takes the session out of a generator that nobody keeps."""

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
    db = await anext(get_db())  # finds TB715
    return list((await db.execute(select(User.name))).scalars())
