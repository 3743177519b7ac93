"""The limit counts joined rows, not authors: the last author's books are cut."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, contains_eager, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list[Book]] = relationship()


async def page(session: AsyncSession, size: int) -> list[Author]:
    statement = select(Author).join(Author.books).options(contains_eager(Author.books)).limit(size)  # finds TB708
    return list((await session.scalars(statement)).unique().all())
