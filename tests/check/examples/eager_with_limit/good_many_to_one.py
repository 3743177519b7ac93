"""contains_eager of a many-to-one adds no rows, so the limit counts what it should."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, contains_eager, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship()


async def page(session: AsyncSession, size: int) -> list[Book]:
    statement = select(Book).join(Book.author).order_by(Author.name).options(contains_eager(Book.author)).limit(size)
    return list((await session.scalars(statement)).all())
