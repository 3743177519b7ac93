"""The block ends a transaction that was begun elsewhere, and that commits."""

from types import TracebackType

from sqlalchemy.ext.asyncio import AsyncSession, AsyncSessionTransaction, async_sessionmaker

from models import Event


class Block:
    def __init__(self, session: AsyncSession, transaction: AsyncSessionTransaction) -> None:
        self._session = session
        self._transaction = transaction

    async def __aenter__(self) -> AsyncSession:
        await self._transaction.__aenter__()
        return self._session

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._transaction.__aexit__(kind, error, trace)
        await self._session.close()


class Database:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    def begin(self) -> Block:
        session = self._sessions()
        return Block(session, session.begin())


async def record(database: Database, text: str) -> None:
    async with database.begin() as session:
        session.add(Event(text=text))
