"""A library with four books, and three copies of the first."""

from __future__ import annotations

import pytest

from taskbound import Database
from tests.repository.models import Base, Book, Copy

_BOOKS = (("Emma", 1815), ("Ulysses", 1922), ("Austerlitz", 2001), ("Piranesi", 2020))


@pytest.fixture
async def library(database: Database) -> Database:
    """The books, with ids from 1 on, and the copies 1 to 3 of the first."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add_all(Book(title=title, year=year) for title, year in _BOOKS)
        await session.flush()
        session.add_all(Copy(book_id=1, number=number, shelf="A") for number in (1, 2, 3))
    return database
