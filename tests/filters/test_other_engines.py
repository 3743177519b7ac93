"""The same on servers, whose SQL of children and of writes is another."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import selectinload

from taskbound import Database, NotFound, PastFilter, projection
from tests.filters.dtos import BookRow, BookTree, SequelRead, ShelfRead, ShelfTold
from tests.filters.models import Author, Base, Book, Copy, Shelf, book_genres, fill

pytestmark = pytest.mark.parametrize(
    "driver", ["postgresql+asyncpg", "mysql+aiomysql"], ids=["asyncpg", "aiomysql"]
)

OF_SHELF = projection(ShelfRead, Shelf)


@pytest.fixture
async def library(database: Database) -> Database:
    await database.create_all(Base.metadata)
    async with database.unfiltered("tenant", "soft_delete").begin() as session:
        await session.run_sync(fill)
    return database


@pytest.mark.parametrize("children", [None, "batch"])
async def test_children_are_filtered(library: Database, children: Any) -> None:
    for tenant in (1, 2):
        db = library.filtered(tenant=tenant)
        shelf = await db.project(ShelfRead, select(Shelf), children=children).one()

        assert [book.id for book in shelf.books] == [tenant * 10 + n for n in (1, 2, 3)]
        assert (await db.project(OF_SHELF).one()).books == shelf.books
    with pytest.raises(PastFilter):
        await library.project(OF_SHELF).one()


async def test_what_is_told_and_written_in_json_is_filtered(library: Database) -> None:
    db = library.filtered(tenant=1)
    told = ShelfTold(number=3, pages=600, least=100, most=300, any=True)

    assert await db.project(ShelfTold, Shelf).one() == told
    shelf = ShelfRead.model_validate_json((await db.project(ShelfRead, Shelf).json())[1:-1])
    assert [book.id for book in shelf.books] == [11, 12, 13]


async def test_levels_pages_and_joined_rows_are_filtered(library: Database) -> None:
    db = library.filtered(tenant=1)

    assert len((await db.project(BookTree, Book).get_one(11)).sequels) == 2
    page = await db.project(SequelRead, select(Book).order_by(Book.id)).page(size=2, total="exact")
    assert ([book.id for book in page.items], page.total) == ([11, 12], 3)
    assert [book.id async for book in db.project(BookRow, Book).stream()] == [11, 12, 13]


async def test_entities_are_filtered(library: Database) -> None:
    async with library.filtered(tenant=2).session() as session:
        shelf = await session.get_one(Shelf, 1, options=[selectinload(Shelf.books)])

        assert [book.id for book in shelf.books] == [21, 22, 23]
        assert await session.get(Book, 24) is None
        assert await session.get(Book, 11) is None


async def test_what_is_written_keeps_to_the_tenant(library: Database) -> None:
    async with library.filtered(tenant=1).begin() as session:
        made = await session.insert(Book, {"title": "x"}, returning=BookRow)
        await session.update(Book, {"title": "y"}, key=11, returning=BookRow)
        assert await session.update(Book, {"title": "y"}, where=Book.id == 21) == 0
        changed = await session.update(Book, {"title": "y"}, every=True, returning=BookRow)
        assert sorted(book.id for book in changed) == sorted([11, 12, 13, made.id])
        await session.execute(update(Book).values(title="z"))
        with pytest.raises(NotFound):
            await session.update(Book, {"title": "y"}, key=21)
    async with library.session() as session:
        rows = await session.execute(text("SELECT id FROM books WHERE title = 'z'"))

        assert sorted(row[0] for row in rows) == sorted([11, 12, 13, made.id])


async def test_what_is_deleted_keeps_to_the_tenant(library: Database) -> None:
    async with library.filtered(tenant=1).unfiltered("soft_delete").begin() as session:
        assert await session.delete(Copy, where=Copy.book_id < 30) == 8
        await session.execute(delete(Copy))
        with pytest.raises(NotFound):
            await session.delete(Author, key=20)
        with pytest.raises(NotFound):
            await session.delete(Copy, key=211, returning=BookRow)
        await session.execute(delete(book_genres))
        deleted = await session.delete(Book, where=Book.id == 12, returning=BookRow)

        assert deleted == [BookRow(id=12)]
