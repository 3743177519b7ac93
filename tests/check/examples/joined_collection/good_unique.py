"""unique() puts the rows together, and first() and scalar() need none."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship


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


async def authors(session: AsyncSession) -> list[Author]:
    result = await session.execute(select(Author).options(joinedload(Author.books)))
    return list(result.unique().scalars().all())


async def all_of_them(session: AsyncSession) -> list[Author]:
    found = await session.scalars(select(Author).options(joinedload(Author.books)))
    return list(found.unique())


async def first(session: AsyncSession) -> Author | None:
    result = await session.execute(select(Author).options(joinedload(Author.books)))
    return result.scalars().first()


async def one(session: AsyncSession, author_id: int) -> Author | None:
    await session.get(Author, author_id, options=[joinedload(Author.books)])
    return await session.scalar(select(Author).where(Author.id == author_id).options(joinedload(Author.books)))
