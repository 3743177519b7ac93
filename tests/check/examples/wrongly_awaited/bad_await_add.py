"""add() is no coroutine: it gives None, and None cannot be awaited."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def create(sessions: async_sessionmaker[AsyncSession], name: str) -> None:
    async with sessions() as session:
        await session.add(User(name=name))  # finds TB719
        await session.commit()
