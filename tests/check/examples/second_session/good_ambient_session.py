"""A session of a ContextVar is used where there is one, and a session is opened where there is none."""

from contextvars import ContextVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import User

_active: ContextVar[AsyncSession | None] = ContextVar("_active", default=None)


class Users:
    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.sessions = sessions

    async def count(self) -> int:
        session = _active.get()
        if session is not None:
            return (await session.scalars(select(func.count(User.id)))).one()
        async with self.sessions() as own:
            return (await own.scalars(select(func.count(User.id)))).one()

    async def names(self) -> list[str]:
        session = _active.get()
        if session is not None:
            return list(await session.scalars(select(User.name)))
        async with self.sessions() as own:
            return list(await own.scalars(select(User.name)))

    async def page(self) -> tuple[int, list[str]]:
        total = await self.count()
        return total, await self.names()
