"""It is told where it is, and not again in each caller."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from .models import ApiKey, Use

engine = create_async_engine("postgresql+asyncpg://localhost/app")
sessions = async_sessionmaker(engine, expire_on_commit=False)


async def count_use(key_id: int) -> None:
    async with sessions.begin() as session:
        await session.execute(insert(Use).values(key_id=key_id))


async def verify(db: AsyncSession, token: str) -> int:
    key_id = (await db.scalars(select(ApiKey.id).where(ApiKey.token == token))).one()
    await count_use(key_id)  # finds TB406
    return key_id


async def verify_or_refuse(db: AsyncSession, token: str) -> int:
    return await verify(db, token)


async def login(db: AsyncSession, token: str) -> int:
    await db.scalars(select(ApiKey.id).limit(1))
    return await verify_or_refuse(db, token)


async def dispose() -> None:
    await engine.dispose()
