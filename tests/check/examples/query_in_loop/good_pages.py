"""The loop goes over pages, not over rows."""

from collections.abc import AsyncIterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Event(Base):
    __tablename__ = "events"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


async def texts(sessions: async_sessionmaker[AsyncSession], size: int = 500) -> list[str]:
    found: list[str] = []
    last = 0
    async with sessions() as session:
        while True:
            page = (await session.scalars(select(Event).where(Event.id > last).order_by(Event.id).limit(size))).all()
            if not page:
                return found
            found.extend(event.text for event in page)
            last = page[-1].id
