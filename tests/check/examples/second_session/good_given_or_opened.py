"""A context manager that gives back the session that it was given; and one session of a ContextVar or a new one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import Chat, Tag

sessions: async_sessionmaker[AsyncSession] = make_sessions()
active: ContextVar[AsyncSession | None] = ContextVar("active", default=None)


@asynccontextmanager
async def session_context(session: AsyncSession | None = None) -> AsyncIterator[AsyncSession]:
    if session is not None:
        yield session
    else:
        async with sessions() as own:
            yield own


async def chat_titles(session: AsyncSession | None = None) -> list[str]:
    async with session_context(session) as db:
        return list((await db.scalars(select(Chat.title))).all())


async def tag_names(session: AsyncSession | None = None) -> list[str]:
    async with session_context(session) as db:
        return list((await db.scalars(select(Tag.name))).all())


async def overview() -> tuple[list[str], list[str]]:
    async with session_context() as session:
        return await chat_titles(session), await tag_names(session)


async def count(entity: type) -> int:
    given = active.get()
    if given is not None:
        return len((await given.scalars(select(entity))).all())
    async with sessions() as session:
        return len((await session.scalars(select(entity))).all())


async def counts() -> int:
    return await count(Chat) + await count(Tag)
