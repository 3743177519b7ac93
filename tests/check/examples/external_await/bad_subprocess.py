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


async def convert(sessions: async_sessionmaker[AsyncSession], path: str) -> None:
    child = await asyncio.create_subprocess_exec("ffmpeg", "-i", path, f"{path}.mp4")
    async with sessions.begin() as session:
        video = (await session.scalars(select(Video).where(Video.path == path).with_for_update())).one()
        code = await child.wait()  # finds TB405
        video.state = "failed" if code else "done"
