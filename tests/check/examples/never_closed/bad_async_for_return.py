"""A return out of `async for` leaves the generator where it is, its session open."""

from collections.abc import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import User

sessions: async_sessionmaker[AsyncSession] = make_sessions()


async def get_db() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def count() -> int:
    async for db in get_db():  # finds TB715
        return (await db.execute(select(func.count(User.id)))).scalar_one()
    raise AssertionError
