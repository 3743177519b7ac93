"""The task is awaited, or in another branch, before the session is used again."""

import asyncio

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Action, Team


async def ensure_actions(session: AsyncSession, names: list[str]) -> None:
    await session.execute(insert(Action), [{"name": name} for name in names])


async def teams(session: AsyncSession, names: list[str], *, slow: bool) -> int:
    task = asyncio.create_task(ensure_actions(session, names))
    await asyncio.wait_for(task, 5)
    if slow:
        other = asyncio.create_task(ensure_actions(session, names))
        await other
    else:
        await ensure_actions(session, names)
    return (await session.scalars(select(func.count(Team.id)))).one()
