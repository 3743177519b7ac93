"""joinedload with a limit is wrapped in a subquery by SQLAlchemy, and selectinload is a second query."""

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship, selectinload


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
    return list((await session.scalars(select(Author).options(joinedload(Author.books)).limit(size))).unique().all())


async def page_by_second_query(session: AsyncSession, size: int) -> list[Author]:
    return list((await session.scalars(select(Author).options(selectinload(Author.books)).limit(size))).all())
