"""async with, close() in finally, an exit stack, aclosing()."""

from contextlib import AsyncExitStack, aclosing

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User

COUNT = select(func.count(User.id))


async def in_block(sessions: async_sessionmaker[AsyncSession]) -> int:
    session = sessions()
    async with session:
        return (await session.execute(COUNT)).scalar_one()


async def in_finally(sessions: async_sessionmaker[AsyncSession]) -> int:
    session = sessions()
    try:
        return (await session.execute(COUNT)).scalar_one()
    finally:
        await session.close()


async def in_stack(sessions: async_sessionmaker[AsyncSession]) -> int:
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(sessions())
        return (await session.execute(COUNT)).scalar_one()


async def in_closing(sessions: async_sessionmaker[AsyncSession]) -> int:
    async with sessions() as session, aclosing(await session.stream(COUNT)) as rows:
        return (await rows.one())[0]
