"""A library with one author, two books and a letter, on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.library import Author, Base, Book, Letter

if TYPE_CHECKING:
    from taskbound import Database


@pytest.fixture
async def library(database: Database) -> Database:
    """A database that holds Author 1 with Books 1 and 2, and Letter 1."""
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        ada = Author(id=1, name="Ada", biography="long")
        session.add(ada)
        await session.flush()
        session.add_all(
            [Book(id=1, title="Notes", author=ada), Book(id=2, title="More", author=ada)]
        )
        session.add(Letter(id=1, greeting="Dear"))
    return database
