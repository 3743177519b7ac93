"""A DELETE without WHERE empties the table."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Token


async def expire(sessions: async_sessionmaker[AsyncSession], user_id: int) -> None:
    async with sessions.begin() as session:
        await session.execute(delete(Token))  # finds TB602
