"""A session is in scope, but the children use HTTP only; the session has done nothing yet."""

import asyncio

import httpx
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Page


async def fetch(client: httpx.AsyncClient, url: str) -> dict[str, str]:
    answer = await client.get(url)
    return {"url": url, "body": answer.text}


async def store(sessions: async_sessionmaker[AsyncSession], urls: list[str]) -> None:
    async with httpx.AsyncClient() as client:
        rows = await asyncio.gather(*(fetch(client, url) for url in urls))
    async with sessions.begin() as session:
        await session.execute(insert(Page).on_conflict_do_nothing(), rows)
