"""expire_on_commit in a config object, with the old sessionmaker, in a wrapper, or per call."""

from dataclasses import dataclass
from typing import Any

from advanced_alchemy.config import AsyncSessionConfig, SQLAlchemyAsyncConfig
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker
from sqlalchemy.orm import sessionmaker

from .models import Event

alchemy = SQLAlchemyAsyncConfig(
    connection_string="postgresql+asyncpg://app@localhost/app",
    session_config=AsyncSessionConfig(expire_on_commit=False),
)


@dataclass
class SessionOptions:
    expire_on_commit: bool = False
    autoflush: bool = True

    def as_options(self) -> dict[str, Any]:
        return {"expire_on_commit": self.expire_on_commit, "autoflush": self.autoflush}


def from_config(engine: AsyncEngine, options: SessionOptions) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, **options.as_options())


def from_field(engine: AsyncEngine, options: SessionOptions) -> async_sessionmaker[AsyncSession]:
    return async_sessionmaker(engine, expire_on_commit=options.expire_on_commit)


def old_way(engine: AsyncEngine) -> sessionmaker:
    return sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)


def wrapped(engine: AsyncEngine, *, expire_on_commit: bool = False) -> AsyncSession:
    return AsyncSession(engine, expire_on_commit=expire_on_commit)


async def per_call(sessions: async_sessionmaker[AsyncSession], text: str) -> int:
    async with sessions(expire_on_commit=False) as session:
        event = Event(text=text)
        session.add(event)
        await session.commit()
        return event.id
