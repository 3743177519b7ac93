"""undefer loads the column with the rest."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, undefer


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)


async def words(session: AsyncSession, title: str) -> int:
    statement = select(Document).where(Document.title == title).options(undefer(Document.body))
    document = (await session.scalars(statement)).one()
    return len(document.body.split())
