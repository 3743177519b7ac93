"""What a session of its own sees: only what is committed."""

from __future__ import annotations

from sqlalchemy import select

from taskbound import Database
from tests.patterns.models import Author, Book


async def committed_authors(library: Database) -> list[str]:
    """The names of all authors, in the order of their keys."""
    async with library.session() as session:
        return list(await session.scalars(select(Author.name).order_by(Author.id)))


async def committed_titles(library: Database) -> list[str]:
    """The titles of all books, in the order of their keys."""
    async with library.session() as session:
        return list(await session.scalars(select(Book.title).order_by(Book.id)))
