"""Whether the context manager commits is said by its argument, or in a class that is not seen."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Visit

Opens = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class Settings(ABC):
    @abstractmethod
    def begin(self, session: AsyncSession) -> AbstractAsyncContextManager[None]: ...


class Store:
    def __init__(self, sessions: async_sessionmaker[AsyncSession], settings: Settings) -> None:
        self.sessions = sessions
        self.settings = settings

    @asynccontextmanager
    async def session(self, begin: bool = False) -> AsyncIterator[AsyncSession]:
        async with self.sessions() as session:
            if begin:
                async with session.begin():
                    yield session
            else:
                yield session

    @asynccontextmanager
    async def begun(self, begin: bool = False) -> AsyncIterator[AsyncSession]:
        session = self.sessions()
        async with session:
            if begin:
                async with self.settings.begin(session):
                    yield session
            else:
                yield session

    async def record(self, path: str) -> None:
        async with self.session(begin=True) as session:
            await session.execute(insert(Visit).values(path=path))

    async def record_again(self, path: str) -> None:
        async with self.begun(begin=True) as session:
            await session.execute(insert(Visit).values(path=path))


class Counter:
    def __init__(self, opens: Opens, more: Callable[[], AbstractAsyncContextManager[AsyncSession]]) -> None:
        self.opens = opens
        self.more = more

    async def forget(self, path: str) -> None:
        async with self.opens() as session:
            await session.execute(delete(Visit).where(Visit.path == path))
        async with self.more() as session:
            await session.execute(delete(Visit).where(Visit.path == path))
