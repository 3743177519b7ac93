"""A helper makes an engine for each call of a method."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from .models import Setting


class Settings:
    def __init__(self, url: str) -> None:
        self.url = url

    def _sessions(self) -> async_sessionmaker[AsyncSession]:
        engine = create_async_engine(self.url)  # finds TB703
        return async_sessionmaker(engine, expire_on_commit=False)

    async def read(self, name: str) -> str | None:
        async with self._sessions()() as session:
            return await session.scalar(select(Setting.value).where(Setting.name == name))
