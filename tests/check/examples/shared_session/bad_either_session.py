"""The store works with the session that it is given, or opens one; here all are given the same."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from .models import Post, User

engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def stop() -> None:
    await engine.dispose()


@asynccontextmanager
async def either(db: AsyncSession | None = None) -> AsyncIterator[AsyncSession]:
    if db is not None:
        yield db
    else:
        async with sessions() as session:
            yield session


class Counts:
    async def users(self, db: AsyncSession | None = None) -> int:
        async with either(db) as session:
            return (await session.execute(select(func.count(User.id)))).scalar_one()

    async def posts(self, db: AsyncSession | None = None) -> int:
        async with either(db) as session:
            return (await session.execute(select(func.count(Post.id)))).scalar_one()


counts = Counts()


async def both(db: AsyncSession) -> list[int]:
    return await asyncio.gather(counts.users(db=db), counts.posts(db=db))  # finds TB101
