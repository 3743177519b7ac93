"""Called without a session it opens one of its own, by a registry whose source is not there: the commit is its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from registry import default_database
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Chat(Base):
    __tablename__ = "chats"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]


@asynccontextmanager
async def session_context(session: AsyncSession | None = None) -> AsyncIterator[AsyncSession]:
    if session is not None:
        yield session
        return
    own = default_database().create_session()
    try:
        yield own
    finally:
        await own.close()


class Work:
    def __init__(self, session: AsyncSession | None = None) -> None:
        self.session = session or default_database().create_session()

    async def __aenter__(self) -> AsyncSession:
        return self.session

    async def __aexit__(self, *error: object) -> None:
        await self.session.close()


class ChatRepository:
    async def rename(self, key: int, title: str) -> None:
        async with session_context() as db:
            chat = await db.get_one(Chat, key)
            chat.title = title
            await db.commit()

    async def remove(self, key: int) -> None:
        async with session_context(session=None) as db:
            await db.delete(await db.get_one(Chat, key))
            await db.commit()

    async def add(self, title: str, session: AsyncSession | None = None) -> None:
        async with session_context(session) as db:
            db.add(Chat(title=title))
            await db.commit()

    async def copy(self, key: int) -> None:
        async with Work() as db:
            chat = await db.get_one(Chat, key)
            db.add(Chat(title=chat.title))
            await db.commit()
