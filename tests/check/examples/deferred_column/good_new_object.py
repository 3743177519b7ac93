"""A column that was just given to a new object is there, deferred or not."""

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, deferred, mapped_column


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = deferred(mapped_column())


async def write(sessions: async_sessionmaker[AsyncSession], body: str) -> int:
    async with sessions.begin() as session:
        note = Note(body=body)
        session.add(note)
        return len(note.body)
