"""A `db` that is a factory: each child opens a session of its own."""

import asyncio

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Order, User


async def count(db: async_sessionmaker[AsyncSession], entity: type[User] | type[Order]) -> int:
    async with db() as session:
        return (await session.execute(select(func.count()).select_from(entity))).scalar_one()


async def numbers(db: async_sessionmaker[AsyncSession]) -> list[int]:
    return await asyncio.gather(count(db, User), count(db, Order))
