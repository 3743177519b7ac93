"""add, add_all, expunge, expire and begin in `async with` are not awaited."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def move(sessions: async_sessionmaker[AsyncSession], users: list[User]) -> None:
    async with sessions() as session, session.begin():
        session.add_all(users)
        session.add(User(name="last"))
        async with session.begin_nested():
            session.add(User(name="nested"))
        await session.flush()
        session.expunge_all()
