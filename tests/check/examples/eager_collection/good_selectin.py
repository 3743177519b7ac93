"""lazy="selectin", "raise", "write_only" and the default."""

from sqlalchemy import ForeignKey
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, WriteOnlyMapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    pass


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    books: Mapped[list[Book]] = relationship(lazy="selectin")
    drafts: Mapped[list[Book]] = relationship(lazy="raise", viewonly=True)
    later: Mapped[list[Book]] = relationship(viewonly=True)
    all_books: WriteOnlyMapped[Book] = relationship(viewonly=True)
