"""A lambda that executes: the await would do the same."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Setting


async def setting(sessions: async_sessionmaker[AsyncSession], name: str) -> str | None:
    async with sessions() as session:
        return await session.run_sync(lambda s: s.execute(select(Setting.value).where(Setting.name == name)).scalar())  # finds TB713
