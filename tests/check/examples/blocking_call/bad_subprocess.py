"""A child process is waited for in the loop's thread."""

import subprocess

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Video


async def convert(sessions: async_sessionmaker[AsyncSession], video_id: int) -> None:
    async with sessions() as session:
        path = (await session.scalars(select(Video.path).where(Video.id == video_id))).one()
    subprocess.run(["ffmpeg", "-i", path, f"{path}.mp4"], check=True)  # finds TB702
