"""A library: the mapped classes that the patterns work on.

```
Publisher 1-n Author 1-n Book 1-n Review
                         Book n-m Tag (loaded with every book)
```
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, String, Table, Text
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    WriteOnlyMapped,
    deferred,
    mapped_column,
    relationship,
)


class Base(AsyncAttrs, DeclarativeBase):
    """Every class of the library has `awaitable_attrs`."""


book_tags = Table(
    "book_tags",
    Base.metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id"), primary_key=True),
)


class Publisher(Base):
    __tablename__ = "publishers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), unique=True)
    authors: Mapped[list[Author]] = relationship(back_populates="publisher", order_by="Author.id")


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("publishers.id"))
    publisher: Mapped[Publisher | None] = relationship(back_populates="authors")
    books: Mapped[list[Book]] = relationship(
        back_populates="author", cascade="all, delete-orphan", order_by="Book.id"
    )


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    copies: Mapped[int] = mapped_column(default=1, server_default="1")
    blurb: Mapped[str | None] = deferred(mapped_column(Text))
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"))
    author: Mapped[Author] = relationship(back_populates="books")
    reviews: Mapped[list[Review]] = relationship(
        back_populates="book", cascade="all, delete-orphan", order_by="Review.id"
    )
    tags: Mapped[list[Tag]] = relationship(
        secondary=book_tags, back_populates="books", lazy="selectin", order_by="Tag.id"
    )


class Review(Base):
    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    stars: Mapped[int]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    book: Mapped[Book] = relationship(back_populates="reviews")


class Tag(Base):
    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(20), unique=True)
    books: WriteOnlyMapped[Book] = relationship(
        secondary=book_tags, back_populates="tags", passive_deletes=True
    )


class Account(Base):
    """A row that two writers may not overwrite each other's version of."""

    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    balance: Mapped[int]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


def shelf() -> Publisher:
    """What the fixture `library` holds: Ada with two books, Bob with one, of one publisher."""
    classic, short = Tag(name="classic"), Tag(name="short")
    dawn = Book(title="Dawn", copies=3, blurb="It begins.", tags=[classic, short])
    dawn.reviews = [Review(stars=5), Review(stars=3)]
    dusk = Book(title="Dusk", copies=0, tags=[classic])
    noon = Book(title="Noon", reviews=[Review(stars=4)])
    ada = Author(name="Ada", books=[dawn, dusk])
    bob = Author(name="Bob", books=[noon])
    return Publisher(name="Harbour", authors=[ada, bob])
