"""A block that makes its own engine, and a pool, for each session that it gives."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine


@asynccontextmanager
async def session_of(url: str) -> AsyncIterator[AsyncSession]:
    sessions = async_sessionmaker(create_async_engine(url), expire_on_commit=False)  # finds TB703, TB704
    async with sessions() as session:
        yield session
