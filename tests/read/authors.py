"""Authors to be streamed: enough for several portions."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

import pytest
from sqlalchemy import insert, select

from taskbound import Database
from tests.library import Author, Base, Book

MANY = 40


class BookRead(NamedTuple):
    id: int
    title: str


class AuthorRead(NamedTuple):
    id: int
    name: str
    books: list[BookRead]


class AuthorName(NamedTuple):
    id: int
    name: str


AUTHORS = select(Author).order_by(Author.id)
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])


async def fill(database: Database) -> None:
    await database.create_all(Base.metadata)
    authors: list[dict[str, Any]] = [
        {"id": number, "name": f"Author {number}"} for number in range(1, MANY + 1)
    ]
    books = [
        {"title": f"{title} {author['id']}", "author_id": author["id"]}
        for author in authors
        for title in ("Dawn", "Dusk")
        if author["id"] % 3
    ]
    async with database.begin() as session:
        await session.execute(insert(Author), authors)
        await session.execute(insert(Book), books)


async def settled() -> None:
    """Wait for the tasks in which the event loop closes what was abandoned."""
    await asyncio.sleep(0)
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
