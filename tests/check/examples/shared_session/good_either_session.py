"""The same store, each call with a session of its own; and a session is not ended by a block it was given to."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from .models import Post, User
from .settings import SHARED

engine = create_async_engine("postgresql+asyncpg://localhost/app", pool_pre_ping=True)
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def stop() -> None:
    await engine.dispose()


@asynccontextmanager
async def either(db: AsyncSession | None = None) -> AsyncIterator[AsyncSession]:
    if db is not None:
        yield db
    else:
        async with sessions.begin() as session:
            yield session


class Counts:
    async def users(self, db: AsyncSession | None = None) -> int:
        async with either(db) as session:
            return (await session.execute(select(func.count(User.id)))).scalar_one()

    async def posts(self, db: AsyncSession | None = None) -> int:
        async with either(db) as session:
            return (await session.execute(select(func.count(Post.id)))).scalar_one()


counts = Counts()


async def both() -> list[int]:
    return await asyncio.gather(counts.users(), counts.posts())


@asynccontextmanager
async def shared_by_setting(db: AsyncSession | None = None) -> AsyncIterator[AsyncSession]:
    if db is not None and SHARED:
        yield db
    else:
        async with sessions.begin() as session:
            yield session


async def names(db: AsyncSession | None = None) -> int:
    async with shared_by_setting(db) as session:
        return (await session.execute(select(func.count(User.name)))).scalar_one()


async def twice(db: AsyncSession) -> list[int]:
    return await asyncio.gather(names(db), names(db))


async def one_after_another(name: str) -> int:
    async with sessions.begin() as session:
        before = await counts.users(db=session)
        await session.execute(insert(User).values(name=name))
        return before + await counts.posts(db=session)
