"""The callee closes the session, keeps it, returns it, or gives it to what is not seen."""

from somewhere import audited
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User


class Unit:
    def __init__(self) -> None:
        self.session: AsyncSession | None = None

    def keep(self, session: AsyncSession) -> None:
        self.session = session

    async def end(self) -> None:
        if self.session is not None:
            await self.session.close()


async def finish(session: AsyncSession) -> None:
    await session.rollback()
    await session.close()


async def last_name(session: AsyncSession) -> str | None:
    try:
        return (await session.scalars(select(User.name))).first()
    finally:
        await finish(session)


def named(session: AsyncSession) -> AsyncSession:
    session.info["name"] = "reports"
    return session


async def read(session: AsyncSession) -> str | None:
    async with audited(session):
        return (await session.scalars(select(User.name))).first()


async def first(sessions: async_sessionmaker[AsyncSession]) -> str | None:
    session = sessions()
    return await last_name(session)


async def second(sessions: async_sessionmaker[AsyncSession], unit: Unit) -> None:
    session = sessions()
    unit.keep(session)


async def third(sessions: async_sessionmaker[AsyncSession]) -> str | None:
    session = sessions()
    async with named(session) as entered:
        return (await entered.scalars(select(User.name))).first()


async def fourth(sessions: async_sessionmaker[AsyncSession]) -> str | None:
    session = sessions()
    return await read(session)
