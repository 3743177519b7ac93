"""Each child opens its own session: nothing is shared."""

import asyncio

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Order, User


async def count(sessions: async_sessionmaker[AsyncSession], entity: type) -> int:
    async with sessions() as session:
        return (await session.execute(select(func.count()).select_from(entity))).scalar_one()


async def dashboard(sessions: async_sessionmaker[AsyncSession]) -> dict[str, int]:
    users, orders = await asyncio.gather(count(sessions, User), count(sessions, Order))
    return {"users": users, "orders": orders}
