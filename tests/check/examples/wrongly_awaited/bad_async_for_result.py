"""A buffered result is read by a plain loop."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import User


async def names(session: AsyncSession) -> list[str]:
    found: list[str] = []
    async for row in await session.execute(select(User.name)):  # finds TB719
        found.append(row.name)
    return found
