"""One hook after the other; and what an unknown function gives is not taken for a task's work."""

import asyncio
from collections.abc import Awaitable, Callable

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from .models import Project
from .urls import url_of

HOOKS: list[Callable[[AsyncSession, Project], Awaitable[None]]] = []


async def create(session: AsyncSession, project: Project) -> None:
    session.add(project)
    await session.flush()
    for hook in HOOKS:
        await hook(session, project)


async def ping(session: AsyncSession, client: httpx.AsyncClient, projects: list[Project]) -> None:
    urls = [await url_of(session, project) for project in projects]
    await session.close()
    await asyncio.gather(*[client.get(url) for url in urls])
