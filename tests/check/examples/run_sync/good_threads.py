"""anyio's and asgiref's run_sync are another thing."""

import anyio.to_thread
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .images import shrink
from .models import Image


async def thumbnails(sessions: async_sessionmaker[AsyncSession]) -> list[bytes]:
    async with sessions() as session:
        contents = (await session.scalars(select(Image.content))).all()
    return [await anyio.to_thread.run_sync(shrink, content) for content in contents]
