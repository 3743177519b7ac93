"""The parents are limited first, and joined then."""

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
    ids = select(Author.id).order_by(Author.id).limit(size).scalar_subquery()
    statement = select(Author).join(Author.books).where(Author.id.in_(ids)).options(contains_eager(Author.books))
    return list((await session.scalars(statement)).unique().all())
