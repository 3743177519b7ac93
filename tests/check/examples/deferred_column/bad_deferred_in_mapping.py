"""The column is deferred in the mapping: a plain select does not load it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)


async def words(session: AsyncSession, title: str) -> int:
    document = (await session.scalars(select(Document).where(Document.title == title))).one()
    return len(document.body.split())  # finds TB203
