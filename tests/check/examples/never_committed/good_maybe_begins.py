"""A context manager that commits when its argument says so, and a callable of unknown make."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Block


class Database:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    @asynccontextmanager
    async def session_context(self, *, begin_transaction: bool = False) -> AsyncIterator[AsyncSession]:
        async with self.sessions() as session:
            if begin_transaction:
                async with session.begin():
                    yield session
            else:
                yield session


async def create(database: Database, name: str) -> None:
    async with database.session_context(begin_transaction=True) as session:
        session.add(Block(name=name))


class Widget:
    def __init__(self, sessions: Callable[[], AbstractAsyncContextManager[AsyncSession]]) -> None:
        self.sessions = sessions

    async def claim(self, name: str) -> None:
        async with self.sessions() as session:
            session.add(Block(name=name))
