"""A cached function gives everybody the same session."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import Setting

sessions: async_sessionmaker[AsyncSession] = make_sessions()


@lru_cache
def get_session() -> AsyncSession:
    return sessions()  # finds TB705


async def value(name: str) -> str | None:
    return await get_session().scalar(select(Setting.value).where(Setting.name == name))
