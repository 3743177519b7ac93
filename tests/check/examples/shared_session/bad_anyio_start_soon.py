"""anyio's task group runs its children together, as asyncio's does."""

import anyio
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Sensor


async def check(session: AsyncSession, sensor_id: int, silent: list[int]) -> None:
    sensor = await session.scalar(select(Sensor).where(Sensor.id == sensor_id, Sensor.silent.is_(True)))
    if sensor is not None:
        silent.append(sensor_id)


async def silent_sensors(sessions: async_sessionmaker[AsyncSession], sensor_ids: list[int]) -> list[int]:
    silent: list[int] = []
    async with sessions() as session:
        async with anyio.create_task_group() as group:
            for sensor_id in sensor_ids:
                group.start_soon(check, session, sensor_id, silent)  # finds TB101
    return silent
