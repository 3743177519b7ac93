"""The session is never closed, and its connection comes back when the garbage collector finds it."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def count(sessions: async_sessionmaker[AsyncSession]) -> int:
    session = sessions()  # finds TB715
    return (await session.execute(select(func.count(User.id)))).scalar_one()
