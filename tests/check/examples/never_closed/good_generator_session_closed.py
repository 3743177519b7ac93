"""The session that came out of the generator is closed by hand, or the generator by an exit stack."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import User

sessions: async_sessionmaker[AsyncSession] = make_sessions()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


async def count() -> int:
    session = await anext(get_session())
    try:
        return (await session.execute(select(func.count(User.id)))).scalar_one()
    finally:
        await session.close()


async def count_again(stack: AsyncExitStack) -> int:
    generator = get_session()
    stack.push_async_callback(generator.aclose)
    session = await generator.__anext__()
    return (await session.execute(select(func.count(User.id)))).scalar_one()


async def of_request() -> AsyncIterator[AsyncSession]:
    generator = get_session()
    session = await generator.__anext__()
    try:
        yield session
    finally:
        await generator.aclose()
