"""The external call stands one level out of the block: the block has ended."""

import asyncio

import httpx
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Webhook


async def deliver(sessions: async_sessionmaker[AsyncSession], client: httpx.AsyncClient, webhook_id: int) -> None:
    for delay in (1, 5, 25):
        async with sessions() as session:
            url = (await session.scalars(select(Webhook.url).where(Webhook.id == webhook_id))).one()
        answer = await client.post(url)
        if answer.is_success:
            async with sessions.begin() as session:
                await session.execute(update(Webhook).where(Webhook.id == webhook_id).values(delivered=True))
            return
        await asyncio.sleep(delay)
