"""The models that the tests of sessions work on: authors, their books, and what was said of them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, text
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    """The base of the test models."""


class Author(Base):
    """Has many books; a biography that no query selects unless asked; a counter kept by SQL."""

    __tablename__ = "author"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    biography: Mapped[str | None] = mapped_column(String(1000), deferred=True)
    revision: Mapped[int | None] = mapped_column(onupdate=text("7"))
    books: Mapped[list[Book]] = relationship(back_populates="author")


class Book(Base):
    """Belongs to an author and has reviews."""

    __tablename__ = "book"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(100))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")
    reviews: Mapped[list[Review]] = relationship()


class Review(Base):
    """Belongs to a book."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("book.id"))


class Document(Base):
    """The base of a joined inheritance."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "document"}


class Letter(Document):
    """A document with a column of its own table."""

    __tablename__ = "letter"

    id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    greeting: Mapped[str] = mapped_column(String(100))

    __mapper_args__ = {"polymorphic_identity": "letter"}
