"""The generator that anext() was asked of is closed in finally."""

from collections.abc import AsyncIterator

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import User

sessions: async_sessionmaker[AsyncSession] = make_sessions()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def count() -> int:
    generator = get_session()
    session = await anext(generator)
    try:
        return (await session.execute(select(func.count(User.id)))).scalar_one()
    finally:
        await generator.aclose()  # type: ignore[attr-defined]
