"""refresh() after commit, eager loading on the mapper, options in a tuple or a base statement, and dicts for entities."""

from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    books: Mapped[list["Book"]] = relationship(back_populates="author")


class Review(Base):
    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    stars: Mapped[int]


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(back_populates="books", lazy="joined")
    reviews: Mapped[list[Review]] = relationship(lazy="selectin")


AUTHOR_OPTIONS = (selectinload(Author.books),)
AUTHORS = select(Author).options(*AUTHOR_OPTIONS)


def authors_named(name: str) -> Select[tuple[Author]]:
    return AUTHORS.where(Author.name == name)


async def by_mapper(session: AsyncSession) -> list[str]:
    books = (await session.scalars(select(Book))).all()
    return [f"{book.author.name}: {book.title}, {sum(review.stars for review in book.reviews)}" for book in books]


async def by_tuple(session: AsyncSession) -> int:
    authors = (await session.scalars(select(Author).options(*AUTHOR_OPTIONS))).all()
    return sum(len(author.books) for author in authors)


async def by_base_statement(session: AsyncSession, name: str) -> int:
    author = (await session.scalars(authors_named(name))).one()
    return len(author.books)


async def refreshed(sessions: async_sessionmaker[AsyncSession], name: str) -> int:
    async with sessions() as session:
        author = Author(name=name)
        session.add(author)
        await session.commit()
        await session.refresh(author, ["id", "books"])
        return author.id + len(author.books)


async def as_dicts(session: AsyncSession) -> list[dict[str, object]]:
    authors = [{"id": author.id, "books": []} for author in await session.scalars(select(Author))]
    for author in authors:
        author["name"] = "?"
    return authors
