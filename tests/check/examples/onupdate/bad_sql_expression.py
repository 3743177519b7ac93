"""The database makes the new value, and the object does not know it after the flush."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Page(Base):
    __tablename__ = "pages"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    updated: Mapped[datetime] = mapped_column(server_default=func.now(), onupdate=func.now())  # finds TB709


async def rename(sessions: async_sessionmaker[AsyncSession], page_id: int, title: str) -> None:
    async with sessions.begin() as session:
        page = await session.get_one(Page, page_id)
        page.title = title
