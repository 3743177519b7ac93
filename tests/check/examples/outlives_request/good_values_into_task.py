"""Only plain values go into the task."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .mail import send_welcome
from .models import User

running: set[asyncio.Task[None]] = set()


async def welcome(sessions: async_sessionmaker[AsyncSession], user_id: int) -> None:
    async with sessions() as session:
        address = (await session.scalars(select(User.email).where(User.id == user_id))).one()
    task = asyncio.create_task(send_welcome(address))
    running.add(task)
    task.add_done_callback(running.discard)
