"""delete(), flush() and refresh() of an AsyncSession are coroutines too."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def replace(sessions: async_sessionmaker[AsyncSession], old: User, new: User) -> User:
    async with sessions.begin() as session:
        session.delete(old)  # finds TB302
        session.add(new)
        await session.flush()
        session.refresh(new)  # finds TB302
        return new
