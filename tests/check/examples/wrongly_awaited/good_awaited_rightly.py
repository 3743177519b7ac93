"""Each call as it is meant."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def names(sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    async with sessions() as session:
        found = list((await session.execute(select(User.name))).scalars())
        found += (await session.scalars(select(User.name))).all()
        async for name in await session.stream_scalars(select(User.name)):
            found.append(name)
        stream = await session.stream(select(User.name))
        found += await stream.scalars().all()
        first = (await stream.scalars().first()) or ""
        return [*found, first]


async def create(sessions: async_sessionmaker[AsyncSession], name: str) -> None:
    async with sessions() as session, session.begin():
        session.add(User(name=name))
        with session.no_autoflush:
            await session.execute(select(User.name))
