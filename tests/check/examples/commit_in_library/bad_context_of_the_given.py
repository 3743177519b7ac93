"""The context manager gives back the session that it is given, and so the caller's is the one that is committed."""

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


class ChatRepository:
    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def rename(self, key: int, title: str) -> None:
        async with session_context(self._session) as db:
            chat = await db.get_one(Chat, key)
            chat.title = title
            await db.commit()  # finds TB717


async def create_chat(session: AsyncSession, title: str) -> None:
    async with session_context(session) as db:
        db.add(Chat(title=title))
        await db.commit()  # finds TB717
