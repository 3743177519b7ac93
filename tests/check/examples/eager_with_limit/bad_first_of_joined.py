"""limit(1) with contains_eager loads one book of the author and calls it all."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, contains_eager, mapped_column, relationship


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


async def titles(session: AsyncSession, name: str) -> list[str]:
    statement = select(Author).join(Author.books).where(Author.name == name).options(contains_eager(Author.books)).limit(1)  # finds TB708
    author = await session.scalar(statement)
    return [book.title for book in author.books] if author is not None else []
