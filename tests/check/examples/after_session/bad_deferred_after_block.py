"""The deferred column is read when the session is gone."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)


async def body(sessions: async_sessionmaker[AsyncSession], title: str) -> str:
    async with sessions() as session:
        document = (await session.scalars(select(Document).where(Document.title == title))).one()
    return document.body  # finds TB720
