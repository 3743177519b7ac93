"""A commit for every five hundred rows, and one for a row that may collide."""

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Word


async def load(sessions: async_sessionmaker[AsyncSession], words: list[str]) -> None:
    async with sessions() as session:
        for number, word in enumerate(words, 1):
            session.add(Word(text=word))
            if number % 500 == 0:
                await session.commit()
        await session.commit()


async def load_what_fits(sessions: async_sessionmaker[AsyncSession], words: list[str]) -> int:
    refused = 0
    async with sessions() as session:
        for word in words:
            session.add(Word(text=word))
            try:
                await session.commit()
            except IntegrityError:
                await session.rollback()
                refused += 1
    return refused
