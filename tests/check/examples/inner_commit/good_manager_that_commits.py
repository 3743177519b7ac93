"""A context manager that calls commit() after its yield: one more commit within fails nothing."""

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
        async with self.sessions() as session:
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise


async def bootstrap(database: Database) -> None:
    async with database.session() as db:
        await db.execute(insert(Team).values(name="first"))
        await db.execute(insert(User).values(name="first"))
        await db.commit()
    print("ready")
