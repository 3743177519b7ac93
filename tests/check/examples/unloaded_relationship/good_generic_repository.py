"""The derived class says what its base loads, or overrides the read; another class's T is another model."""

from typing import Generic, TypeVar

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list["Book"]] = relationship()


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))


Model = TypeVar("Model", bound=Base)


class Repository(Generic[Model]):
    model: type[Model]
    loads = ()

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, key: int) -> Model | None:
        statement = select(self.model).where(self.model.id == key).options(*self.loads)
        return (await self.session.execute(statement)).scalar_one_or_none()


class Authors(Repository[Author]):
    model = Author
    loads = (selectinload(Author.books),)


class WholeAuthors(Repository[Author]):
    model = Author

    async def get(self, key: int) -> Author | None:
        return await self.session.get(Author, key, options=[selectinload(Author.books)])


class Books(Repository[Book]):
    model = Book


async def count_books(session: AsyncSession, key: int) -> int:
    author = await Authors(session).get(key)
    whole = await WholeAuthors(session).get(key)
    book = await Books(session).get(key)
    if author is None or whole is None or book is None:
        return 0
    return len(author.books) + len(whole.books) + book.author_id
