"""A commit for each row of a list."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Event


async def store(sessions: async_sessionmaker[AsyncSession], texts: list[str]) -> None:
    async with sessions() as session:
        for text in texts:
            session.add(Event(text=text))
            await session.commit()  # finds TB712
