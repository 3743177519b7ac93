"""The coroutine of commit() is made and thrown away."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def create(sessions: async_sessionmaker[AsyncSession], name: str) -> None:
    async with sessions() as session:
        session.add(User(name=name))
        session.commit()  # finds TB302
