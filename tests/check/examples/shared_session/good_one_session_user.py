"""One child uses the session, the other asks another service."""

import asyncio

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Customer


async def rates(client: httpx.AsyncClient) -> dict[str, float]:
    answer = await client.get("https://rates.example.com/latest")
    return answer.json()


async def customers(sessions: async_sessionmaker[AsyncSession]) -> list[Customer]:
    async with sessions() as session:
        return list((await session.scalars(select(Customer))).all())


async def report(sessions: async_sessionmaker[AsyncSession], client: httpx.AsyncClient) -> tuple[list[Customer], dict[str, float]]:
    found, latest = await asyncio.gather(customers(sessions), rates(client))
    return found, latest
