"""scalar_one_or_none() and one() count rows, and so need unique() too."""

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


WITH_BOOKS = (joinedload(Author.books),)


class Authors:
    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, author_id: int) -> Author | None:
        result = await self.session.execute(select(Author).where(Author.id == author_id).options(*WITH_BOOKS))
        return result.scalar_one_or_none()  # finds TB707

    async def first_of(self, name: str) -> Author:
        return (await self.session.scalars(select(Author).options(joinedload(Author.books)))).one()  # finds TB707
