"""An AsyncSession and its transaction are entered by `async with`."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


async def names(sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    with sessions() as session:  # finds TB719
        return list((await session.execute(select(User.name))).scalars())


async def create(sessions: async_sessionmaker[AsyncSession], name: str) -> None:
    async with sessions() as session:
        with session.begin():  # finds TB719
            session.add(User(name=name))
