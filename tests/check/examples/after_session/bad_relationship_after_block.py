"""The author is detached when its books are read: DetachedInstanceError."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list[Book]] = relationship()


async def titles(sessions: async_sessionmaker[AsyncSession], author_id: int) -> list[str]:
    async with sessions() as session:
        author = (await session.scalars(select(Author).where(Author.id == author_id))).one()
    return [book.title for book in author.books]  # finds TB720
