"""The context manager gives the session that it was given, where there is one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from .models import Group, User

engine = create_async_engine("postgresql+asyncpg://localhost/app")
sessions = async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def shared(db: AsyncSession | None = None) -> AsyncIterator[AsyncSession]:
    if db is not None:
        yield db
    else:
        async with sessions() as session:
            yield session


@asynccontextmanager
async def shared_early(db: AsyncSession | None = None) -> AsyncIterator[AsyncSession]:
    if db is not None:
        yield db
        return
    async with sessions() as session:
        yield session


async def groups_of(user_id: int, db: AsyncSession | None = None) -> list[int]:
    async with shared(db) as session:
        return list(await session.scalars(select(Group.id).where(Group.user_id == user_id)))


async def roles_of(user_id: int, db: AsyncSession | None = None) -> list[int]:
    async with shared_early(db) as session:
        return list(await session.scalars(select(Group.role).where(Group.user_id == user_id)))


async def access_of(db: AsyncSession, email: str) -> list[int]:
    user_id = (await db.scalars(select(User.id).where(User.email == email))).one()
    async with shared(db) as session:
        await session.scalars(select(Group.id).where(Group.user_id == user_id))
    return [*await groups_of(user_id, db), *await roles_of(user_id, db=db)]


async def dispose() -> None:
    await engine.dispose()
