"""A loop of tries commits once."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Event


async def store(sessions: async_sessionmaker[AsyncSession], text: str) -> bool:
    for _ in range(3):
        async with sessions() as session:
            session.add(Event(text=text))
            try:
                await session.commit()
            except DBAPIError:
                continue
            return True
    return False
