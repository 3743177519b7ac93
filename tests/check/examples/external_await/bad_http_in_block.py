"""The transaction stays open while another service answers."""

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Address


async def locate(sessions: async_sessionmaker[AsyncSession], client: httpx.AsyncClient, address_id: int) -> dict[str, float]:
    async with sessions() as session:
        street = await session.scalar(select(Address.street).where(Address.id == address_id))
        answer = await client.get("https://geo.example.com/search", params={"q": street})  # finds TB405
        return answer.json()
