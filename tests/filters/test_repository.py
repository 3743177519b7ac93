"""A repository keeps to the filters of its session, by every method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from taskbound import Database, NotFound, Options, PastFilter, Repository
from tests.filters.dtos import BookRow
from tests.filters.models import Author, Book, Code

EVERY = range(1, 30)
IN_ORDER = Options(order_by=Book.id)


async def gotten(books: Repository[Book]) -> list[int]:
    found = [await books.get_or_none(BookRow, key) for key in EVERY]
    return [book.id for book in found if book]


async def listed(books: Repository[Book]) -> list[int]:
    return [book.id for book in await books.list(BookRow, IN_ORDER)]


async def on_a_page(books: Repository[Book]) -> list[int]:
    page = await books.page(BookRow, Options(order_by=Book.id, total="exact"))
    assert page.total == len(page.items)
    return [book.id for book in page.items]


async def that_exist(books: Repository[Book]) -> list[int]:
    return [key for key in EVERY if await books.exists(Options(where=Book.id == key))]


async def that_are_counted(books: Repository[Book]) -> list[int]:
    return [key for key in EVERY if await books.count(Options(where=Book.id == key))]


@pytest.mark.parametrize(
    "path",
    [gotten, listed, on_a_page, that_exist, that_are_counted],
    ids=lambda path: path.__name__,
)
async def test_rows_of_the_tenant_are_read(
    library: Database, path: Callable[[Any], Awaitable[list[int]]]
) -> None:
    async with library.filtered(tenant=1).session() as session:
        assert await path(Repository(session, Book)) == [11, 12, 13]
    async with library.filtered(tenant=2).unfiltered("soft_delete").session() as session:
        assert await path(Repository(session, Book)) == [21, 22, 23, 24]
    async with library.session() as session:
        with pytest.raises(PastFilter, match="the filter tenant of Book has no value here"):
            await path(Repository(session, Book))


async def test_rows_of_the_tenant_are_made(db: Database) -> None:
    async with db.begin() as session:
        codes = Repository(session, Code)
        await codes.create({"name": "a", "number": 1})
        await codes.create_many([{"name": "b", "number": 2}])
        await codes.upsert({"name": "c", "number": 3}, on=(Code.tenant_id, Code.name))
        await codes.upsert_many([{"name": "d", "number": 4}], on=(Code.tenant_id, Code.name))

        assert await codes.count(Options(where=Code.tenant_id == 1)) == 4


async def test_rows_of_the_tenant_are_changed(db: Database) -> None:
    async with db.begin() as session:
        books, authors = Repository(session, Book), Repository(session, Author)
        await books.update({"title": "x"}, key=11)
        await books.update_many([{"id": 12, "title": "x"}])

        for attempt in (
            books.update({"title": "x"}, key=21),
            books.update_many([{"id": 14, "title": "x"}]),
            authors.delete(20),
        ):
            with pytest.raises(NotFound):
                await attempt
        with pytest.raises(PastFilter, match="marks rows instead of deleting them"):
            await books.delete(11)
        assert await authors.delete_many([20]) == 0
