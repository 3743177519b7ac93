"""commit() inside begin_nested() commits the whole transaction, not the savepoint."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Row


async def load(sessions: async_sessionmaker[AsyncSession], first: Row, second: Row) -> None:
    async with sessions.begin() as session:
        session.add(first)
        async with session.begin_nested():
            session.add(second)
            await session.commit()  # finds TB303
