"""Who gets the session closes it."""

from contextlib import AbstractAsyncContextManager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


class Database:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    def session(self) -> AsyncSession:
        return self.sessions()

    def block(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self.sessions.begin()


async def names(database: Database) -> list[str]:
    async with database.session() as session:
        return list((await session.execute(select(User.name))).scalars())
