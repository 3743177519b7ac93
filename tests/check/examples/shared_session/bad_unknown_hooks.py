"""What the hooks do is not seen, but each of them is handed the one session, and all run at once."""

import asyncio
from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from .models import Project

HOOKS: list[Callable[[AsyncSession, Project], Awaitable[None]]] = []


async def create(session: AsyncSession, project: Project) -> None:
    session.add(project)
    await session.flush()
    await asyncio.gather(*[hook(session, project) for hook in HOOKS])  # finds TB101
