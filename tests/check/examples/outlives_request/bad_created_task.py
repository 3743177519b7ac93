"""A task is created with the session of a block that ends at once."""

import asyncio

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Device

running: set[asyncio.Task[None]] = set()


async def touch(session: AsyncSession, device_id: int) -> None:
    await session.execute(update(Device).where(Device.id == device_id).values(seen=True))


async def device_name(sessions: async_sessionmaker[AsyncSession], device_id: int) -> str | None:
    async with sessions.begin() as session:
        name = await session.scalar(select(Device.name).where(Device.id == device_id))
        task = asyncio.create_task(touch(session, device_id))  # finds TB716
        running.add(task)
        task.add_done_callback(running.discard)
    return name
