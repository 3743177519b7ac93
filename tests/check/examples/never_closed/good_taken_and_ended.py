"""What a generator gives is taken by anext(), and the generator is ended in a finally: told by neither half of the rule."""

from collections.abc import AsyncGenerator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker


async def get_db(sessions: async_sessionmaker[AsyncSession]) -> AsyncGenerator[AsyncSession, None]:
    async with sessions() as session:
        yield session


async def ping(sessions: async_sessionmaker[AsyncSession]) -> object:
    given = get_db(sessions)
    session = await anext(given)
    try:
        return await session.scalar(text("SELECT 1"))
    finally:
        await given.aclose()


async def ping_again(sessions: async_sessionmaker[AsyncSession]) -> object:
    given = get_db(sessions)
    try:
        session = await anext(given)
        return await session.scalar(text("SELECT 1"))
    finally:
        await anext(given, None)
