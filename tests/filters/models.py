"""A library of two tenants: the mapped classes that the tests of filters work on.

```
Author 1-n Book n-m Genre       Book 1-n Copy       Book 1-n Book (its sequels)
                                Item: Paper and Film in one table       Device and Reader in two
```

All but shelves and genres have a tenant. All but shelves and authors are deleted softly.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import (
    DeclarativeBase,
    DynamicMapped,
    Mapped,
    Session,
    WriteOnlyMapped,
    column_property,
    composite,
    mapped_column,
    query_expression,
    relationship,
)

from taskbound import ValueFilter
from taskbound.mixins import SoftDelete, TenantOwned

GONE = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


class Base(AsyncAttrs, DeclarativeBase):
    pass


book_genres = Table(
    "book_genres",
    Base.metadata,
    Column("book_id", ForeignKey("books.id"), primary_key=True),
    Column("genre_id", ForeignKey("genres.id"), primary_key=True),
)


class Shelf(Base):
    """Has no filter, and leads to those that have."""

    __tablename__ = "shelves"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    told: Mapped[int | None] = query_expression()
    books: Mapped[list[Book]] = relationship(back_populates="shelf", order_by="Book.id")
    asked: DynamicMapped[Book] = relationship(order_by="Book.id", overlaps="books,shelf")
    written: WriteOnlyMapped[Book] = relationship(overlaps="books,shelf,asked")
    if TYPE_CHECKING:
        held: Mapped[int]


class Author(TenantOwned, Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    tenant_id: Mapped[int]
    books: Mapped[list[Book]] = relationship(back_populates="author", order_by="Book.id")


class Book(SoftDelete, TenantOwned, Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(40))
    pages: Mapped[int] = mapped_column(default=100)
    tenant_id: Mapped[int]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("authors.id"))
    shelf_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))
    first_id: Mapped[int | None] = mapped_column(ForeignKey("books.id"))
    author: Mapped[Author | None] = relationship(back_populates="books")
    shelf: Mapped[Shelf | None] = relationship(back_populates="books")
    copies: Mapped[list[Copy]] = relationship(back_populates="book", order_by="Copy.id")
    genres: Mapped[list[Genre]] = relationship(
        secondary=book_genres, back_populates="books", order_by="Genre.id"
    )
    sequels: Mapped[list[Book]] = relationship(order_by="Book.id", back_populates="first")
    first: Mapped[Book | None] = relationship(back_populates="sequels", remote_side=[id])


class Copy(SoftDelete, TenantOwned, Base):
    __tablename__ = "copies"

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int]
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"))
    book: Mapped[Book | None] = relationship(back_populates="copies")


class Genre(SoftDelete, Base):
    __tablename__ = "genres"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    books: Mapped[list[Book]] = relationship(
        secondary=book_genres, back_populates="genres", order_by="Book.id"
    )


class Item(SoftDelete, TenantOwned, Base):
    """The base of a single-table inheritance."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    tenant_id: Mapped[int]
    book_id: Mapped[int | None] = mapped_column(ForeignKey("books.id"))

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "item"}


class Paper(Item):
    weight: Mapped[int | None]

    __mapper_args__ = {"polymorphic_identity": "paper"}


class Film(Item):
    minutes: Mapped[int | None]

    __mapper_args__ = {"polymorphic_identity": "film"}


class Device(SoftDelete, TenantOwned, Base):
    """The base of a joined inheritance."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    tenant_id: Mapped[int]

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "device"}


class Reader(Device):
    __tablename__ = "readers"

    id: Mapped[int] = mapped_column(ForeignKey("devices.id"), primary_key=True)
    inches: Mapped[int]

    __mapper_args__ = {"polymorphic_identity": "reader"}


Shelf.held = column_property(
    select(func.count(Book.id)).where(Book.shelf_id == Shelf.id).scalar_subquery()
)


class Code(TenantOwned, Base):
    """Its names are unique for each tenant, its numbers for all."""

    __tablename__ = "codes"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(40))
    number: Mapped[int] = mapped_column(unique=True)
    text: Mapped[str | None] = mapped_column(String(40))


@dataclass
class Owner:
    tenant: int
    region: int


class Note(Base):
    """Its tenant is in a column of another name, and part of a composite."""

    __tablename__ = "notes"
    __taskbound_filters__ = (ValueFilter("tenant", "tenant"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    tenant: Mapped[int] = mapped_column("owner")
    region: Mapped[int] = mapped_column(default=0)
    owned: Mapped[Owner] = composite(tenant, region)


class Catalogue(Base):
    """Has a column that is a subquery over a table instead of its class."""

    __tablename__ = "catalogues"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = column_property(select(func.count(Book.__table__.c.id)).scalar_subquery())


def fill(session: Session) -> None:
    """Two tenants with the same books on one shelf; of each, one was deleted.

    Tenant 1 has the books 11, 12, 13 and the deleted 14; tenant 2 has 21, 22, 23 and 24.
    """
    session.add_all([Shelf(id=1, name="first"), Genre(id=1, name="crime")])
    session.add(Genre(id=2, name="gone", deleted_at=GONE))
    session.flush()
    for tenant in (1, 2):
        _tenant(session, tenant)
    session.add_all(
        [
            Paper(id=1, weight=90, book_id=11, tenant_id=1),
            Paper(id=2, weight=80, book_id=11, tenant_id=1, deleted_at=GONE),
            Film(id=3, minutes=90, book_id=11, tenant_id=1),
            Film(id=4, minutes=80, book_id=11, tenant_id=1, deleted_at=GONE),
            Paper(id=5, weight=90, book_id=21, tenant_id=2),
            Reader(id=1, name="one", inches=6, tenant_id=1),
            Reader(id=2, name="two", inches=7, tenant_id=1, deleted_at=GONE),
            Reader(id=3, name="three", inches=8, tenant_id=2),
        ]
    )
    session.flush()


def _tenant(session: Session, tenant: int) -> None:
    author, genres = tenant * 10, session.query(Genre).order_by(Genre.id).all()
    session.add(Author(id=author, name=f"author {tenant}", tenant_id=tenant))
    session.flush()
    for number in (1, 2, 3, 4):
        book = Book(
            id=author + number,
            title=f"book {number}",
            pages=100 * number,
            tenant_id=tenant,
            author_id=author,
            shelf_id=1,
            first_id=author + 1 if number > 1 else None,
            deleted_at=GONE if number == 4 else None,
            genres=list(genres),
        )
        session.add(book)
        session.flush()
        for copy in (1, 2):
            session.add(
                Copy(
                    id=(author + number) * 10 + copy,
                    tenant_id=tenant,
                    book_id=book.id,
                    deleted_at=GONE if copy == 2 else None,
                )
            )
    session.flush()
