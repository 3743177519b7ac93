"""The coroutine is kept and awaited, returned, or given to what awaits it."""

import asyncio
from collections.abc import Awaitable

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def create(sessions: async_sessionmaker[AsyncSession], name: str) -> None:
    async with sessions() as session:
        session.add(User(name=name))
        pending = session.commit()
        await pending


def save(session: AsyncSession) -> Awaitable[None]:
    return session.flush()


async def create_within(sessions: async_sessionmaker[AsyncSession], name: str, seconds: float) -> None:
    async with sessions() as session:
        session.add(User(name=name))
        await asyncio.wait_for(session.commit(), seconds)
