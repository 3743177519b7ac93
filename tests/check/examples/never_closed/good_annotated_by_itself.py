"""An annotation without a value says what the name holds; it opens nothing."""

from somewhere import open_session
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def names() -> list[str]:
    async with open_session(key="main") as session:
        session: AsyncSession
        return list(await session.scalars(select(User.name)))


async def count(sessions: async_sessionmaker[AsyncSession]) -> int:
    async with sessions() as session:
        session: AsyncSession
        return len((await session.scalars(select(User.id))).all())
