"""The model is a type's argument: of the base, or of the class where an object is made."""

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


class Store(Generic[Model]):
    def __init__(self, model: type[Model], session: AsyncSession) -> None:
        self.model = model
        self.session = session

    async def get(self, key: int) -> Model | None:
        return (await self.session.scalars(select(self.model).where(self.model.id == key))).one_or_none()


class Authors(Store[Author]):
    """Its callers pass the model, which its base's argument has told."""


async def of_derived(authors: Authors, key: int) -> int:
    author = await authors.get(key)
    return len(author.books) if author is not None else 0  # finds TB201


async def of_new(session: AsyncSession, key: int) -> int:
    author = await Store[Author](Author, session).get(key)
    return len(author.books) if author is not None else 0  # finds TB201


async def of_annotated(authors: Store[Author], key: int) -> int:
    author = await authors.get(key)
    return len(author.books) if author is not None else 0  # finds TB201
