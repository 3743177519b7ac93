"""A library with one author, two books and a letter, on each engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from taskbound import Database, Finding, subscribe
from taskbound.guard.report import forget
from tests.library import Author, Base, Book, Letter


@pytest.fixture
async def library(database: Database) -> Database:
    """A database that holds Author 1 with Books 1 and 2, and Letter 1."""
    await _fill(database)
    return database


async def _fill(database: Database) -> None:
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        ada = Author(id=1, name="Ada", biography="long")
        session.add(ada)
        await session.flush()
        session.add_all(
            [Book(id=1, title="Notes", author=ada), Book(id=2, title="More", author=ada)]
        )
        session.add(Letter(id=1, greeting="Dear"))


@pytest.fixture
async def sqlite_library(tmp_path: Path) -> str:
    """The URL of an SQLite database that holds the same, for what no driver has a say in."""
    url = f"sqlite+aiosqlite:///{tmp_path}/library.sqlite"
    async with Database(url) as database:
        await _fill(database)
    return url


@pytest.fixture(autouse=True)
def _findings_as_for_the_first_time() -> None:
    forget()


@pytest.fixture
def findings() -> Iterator[list[Finding]]:
    """What the guard has seen, in order."""
    seen: list[Finding] = []
    stop = subscribe(seen.append, Finding)
    yield seen
    stop()
