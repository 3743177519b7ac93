"""A child process runs while the row is locked."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Video(Base):
    __tablename__ = "videos"

    id: Mapped[int] = mapped_column(primary_key=True)
    path: Mapped[str]
    state: Mapped[str]


async def convert(sessions: async_sessionmaker[AsyncSession], video_id: int) -> None:
    async with sessions.begin() as session:
        video = (await session.scalars(select(Video).where(Video.id == video_id).with_for_update())).one()
        child = await asyncio.create_subprocess_exec("ffmpeg", "-i", video.path, f"{video.path}.mp4")  # finds TB405
        video.state = "done" if await child.wait() == 0 else "failed"  # finds TB405
