"""A session on the class is shared by all of its instances."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .database import make_sessions
from .models import Setting

sessions: async_sessionmaker[AsyncSession] = make_sessions()


class Settings:
    session: AsyncSession = sessions()  # finds TB705

    async def value(self, name: str) -> str | None:
        return await self.session.scalar(select(Setting.value).where(Setting.name == name))
