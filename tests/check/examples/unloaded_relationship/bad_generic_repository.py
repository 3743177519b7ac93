"""The base loads `self.model`, and the derived class says which that is."""

from typing import Generic, TypeVar

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


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

    def __init__(self, session: AsyncSession) -> None:
        self.session = session

    async def get(self, key: int) -> Model | None:
        return await self._first(key)

    async def _first(self, key: int) -> Model | None:
        result = await self.session.execute(select(self.model).where(self.model.id == key))
        return result.scalar_one_or_none()


class Authors(Repository[Author]):
    model = Author


async def count_books(session: AsyncSession, key: int) -> int:
    author = await Authors(session).get(key)
    return len(author.books) if author is not None else 0  # finds TB201
