"""The function's own session is its own to commit."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Tag


class Tags:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def add(self, name: str) -> None:
        async with self.sessions() as session:
            session.add(Tag(name=name))
            await session.commit()
