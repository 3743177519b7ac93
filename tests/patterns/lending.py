"""Repositories and a service, as programs write them over one session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from tests.patterns.models import Author, Base, Book, Review

Entity = TypeVar("Entity", bound=Base)


class OutOfStock(Exception):
    """No copy of the book is left to lend."""


@dataclass
class Repository(Generic[Entity]):
    """The rows of one class, by way of a session that somebody else commits."""

    session: AsyncSession
    entity: type[Entity]

    async def get(self, key: int) -> Entity | None:
        return await self.session.get(self.entity, key)

    async def list(self) -> Sequence[Entity]:
        return (await self.session.scalars(select(self.entity))).all()

    async def add(self, row: Entity) -> Entity:
        self.session.add(row)
        await self.session.flush()
        await self.session.refresh(row)
        return row

    async def delete(self, row: Entity) -> None:
        await self.session.delete(row)
        await self.session.flush()


@dataclass
class Lending:
    """Lends books and takes what readers think of them, in one transaction of the caller."""

    session: AsyncSession

    def __post_init__(self) -> None:
        self.authors = Repository(self.session, Author)
        self.books = Repository(self.session, Book)
        self.reviews = Repository(self.session, Review)

    async def lend(self, key: int, *, stars: int) -> Review:
        """The review that a reader leaves; the book has a copy less afterwards."""
        review = await self.reviews.add(Review(book_id=key, stars=stars))
        book = await self.session.get_one(Book, key, with_for_update=True)
        if book.copies == 0:
            raise OutOfStock(book.title)
        book.copies -= 1
        return review
