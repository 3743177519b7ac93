"""The task works on the session while the one that made it goes on with it."""

import asyncio

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Action, Team


async def ensure_actions(session: AsyncSession, names: list[str]) -> None:
    await session.execute(insert(Action), [{"name": name} for name in names])


async def teams(session: AsyncSession, names: list[str]) -> int:
    task = asyncio.create_task(ensure_actions(session, names))
    count = (await session.scalars(select(func.count(Team.id)))).one()  # finds TB101
    await task
    return count
