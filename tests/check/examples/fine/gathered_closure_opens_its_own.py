"""A session is in scope; the gathered closure opens another after the first has ended, or uses HTTP only."""

import asyncio

import httpx
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Feed


async def refresh(sessions: async_sessionmaker[AsyncSession], client: httpx.AsyncClient) -> None:
    async with sessions() as session:
        feeds = [(feed_id, url) for feed_id, url in await session.execute(select(Feed.id, Feed.url))]

    async def one(feed_id: int, url: str) -> None:
        answer = await client.get(url)
        async with sessions.begin() as session:
            await session.execute(update(Feed).where(Feed.id == feed_id).values(body=answer.text))

    async def ping(url: str) -> bool:
        return (await client.head(url)).is_success

    await asyncio.gather(*(one(feed_id, url) for feed_id, url in feeds))
    await asyncio.gather(*(ping(url) for _, url in feeds))
