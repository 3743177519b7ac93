"""Loaded columns, loaded relationships and buffered results outlive their session."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


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
    name: Mapped[str]
    books: Mapped[list[Book]] = relationship()


async def titles(sessions: async_sessionmaker[AsyncSession], author_id: int) -> list[str]:
    async with sessions() as session:
        author = await session.get_one(Author, author_id, options=[selectinload(Author.books)])
    return [f"{author.name}: {book.title}" for book in author.books]


async def all_titles(sessions: async_sessionmaker[AsyncSession]) -> list[str]:
    async with sessions() as session:
        result = await session.execute(select(Book))
    return [book.title for book in result.scalars()]
