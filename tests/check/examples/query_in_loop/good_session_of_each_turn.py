"""Each turn is a job with a session of its own; a table of the program's own is no rows; a flush for every five hundred."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import File, User, Word

DIMENSIONS = {"name": User.name, "city": User.city}


async def index(sessions: async_sessionmaker[AsyncSession], paths: list[str]) -> list[int | None]:
    found: list[int | None] = []
    for path in paths:
        async with sessions() as session:
            found.append(await session.scalar(select(File.id).where(File.path == path)))
    return found


async def summary(session: AsyncSession) -> dict[str, int | None]:
    return {name: await session.scalar(select(func.count(column.distinct()))) for name, column in DIMENSIONS.items()}


async def load(sessions: async_sessionmaker[AsyncSession], words: list[str]) -> None:
    async with sessions.begin() as session:
        for number, word in enumerate(words, 1):
            session.add(Word(text=word))
            if number % 500 == 0:
                await session.flush()
