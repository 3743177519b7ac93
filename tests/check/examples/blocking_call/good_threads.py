"""What blocks runs in a thread; what waits is awaited."""

import asyncio
import subprocess
import time

import anyio.to_thread
import requests
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .models import Video


def convert(path: str) -> None:
    subprocess.run(["ffmpeg", "-i", path, f"{path}.mp4"], check=True)
    time.sleep(0.1)


async def convert_all(sessions: async_sessionmaker[AsyncSession]) -> None:
    async with sessions() as session:
        paths = (await session.scalars(select(Video.path))).all()
    for path in paths:
        await asyncio.to_thread(convert, path)
        await anyio.to_thread.run_sync(convert, path)
        await asyncio.get_running_loop().run_in_executor(None, lambda: requests.get(f"https://example.com/{path}", timeout=5))
        await asyncio.sleep(1)
