"""A context manager of the project whose block is that of begin()."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Team, User


class Database:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    @asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        async with self.sessions.begin() as session:
            yield session


async def bootstrap(database: Database) -> None:
    async with database.session() as db:
        await db.execute(insert(Team).values(name="first"))
        await db.commit()  # finds TB303
        await db.execute(insert(User).values(name="first"))
