"""Read in a block, call out, write in another block."""

import httpx
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Address


async def locate(sessions: async_sessionmaker[AsyncSession], client: httpx.AsyncClient, address_id: int) -> None:
    async with sessions() as session:
        street = await session.scalar(select(Address.street).where(Address.id == address_id))
    answer = await client.get("https://geo.example.com/search", params={"q": street})
    async with sessions.begin() as session:
        await session.execute(update(Address).where(Address.id == address_id).values(latitude=answer.json()["lat"]))
