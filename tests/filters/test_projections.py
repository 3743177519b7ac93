"""Reads of DTOs see the rows of their tenant that are not deleted, whatever is asked of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import with_loader_criteria

from taskbound import Database, PastFilter
from tests.filters.dtos import (
    BookBelow,
    BookLevels,
    BookRow,
    BookTree,
    GenreRow,
    ItemRead,
    SequelRead,
    ShelfBelow,
    ShelfHeld,
    ShelfRead,
    ShelfTold,
    TaggedRead,
)
from tests.filters.models import Base, Book, Copy, Item, Reader, Shelf
from tests.filters.ways_to_dtos import ALL, PATHS, PREPARED, Path


@PATHS
async def test_a_database_reads_the_rows_of_the_tenant_that_are_not_deleted(
    library: Database, path: Path
) -> None:
    first = await path(library.filtered(tenant=1).project)

    # The same that is kept, with another value.
    assert first == [11, 12, 13]
    assert await path(library.filtered(tenant=2).project) == [21, 22, 23]
    assert await path(library.filtered(tenant=3).project) == []


@PATHS
async def test_a_session_reads_the_same(library: Database, path: Path) -> None:
    async with library.filtered(tenant=2).session() as session:
        outside = await path(session.project)
        await session.connection()

        assert outside == await path(session.project) == [21, 22, 23]


@PATHS
async def test_without_a_tenant_nothing_is_read(library: Database, path: Path) -> None:
    with pytest.raises(PastFilter) as caught:
        await path(library.project)

    assert caught.value.filter == "tenant"
    assert str(caught.value) == (
        f"the filter tenant of {caught.value.model} has no value here; give it one with "
        "db.filtered(tenant=...) (TB605, docs/errors/TB605.md)"
    )


@PATHS
async def test_what_is_left_out_by_name_is_read(library: Database, path: Path) -> None:
    db = library.filtered(tenant=1)

    with_deleted = await path(db.unfiltered("soft_delete").project)
    of_all = await path(library.unfiltered("tenant", "soft_delete").project)

    # A book without a copy of its own that is left would be none otherwise.
    assert with_deleted == [11, 12, 13, 14]
    assert of_all == [11, 12, 13, 14, 21, 22, 23, 24]
    assert await path(db.project) == [11, 12, 13]


async def test_a_query_leaves_a_filter_out_by_name(db: Database) -> None:
    async with db.session() as session:
        everything = session.project(PREPARED).unfiltered("soft_delete")
        deleted = await everything.get(14)

        assert deleted == BookRow(id=14)
        assert await session.project(PREPARED).get(14) is None
        assert await everything.get(24) is None


async def test_a_name_is_needed_to_leave_a_filter_out(library: Database) -> None:
    with pytest.raises(TypeError, match="takes the names of the filters"):
        library.unfiltered()
    with pytest.raises(TypeError, match="takes the names of the filters"):
        library.project(BookRow, Book).unfiltered()


async def test_what_is_told_about_a_collection_is_told_of_the_same_rows(db: Database) -> None:
    told = await db.project(ShelfTold, Shelf).one()

    assert told == ShelfTold(number=3, pages=600, least=100, most=300, any=True)
    assert json.loads(await db.project(ShelfTold, Shelf).json()) == [told.model_dump()]
    everything = await db.project(ShelfTold, Shelf).unfiltered("soft_delete", "tenant").one()
    assert everything == ShelfTold(number=8, pages=2000, least=100, most=400, any=True)


async def test_nothing_is_told_of_a_tenant_without_rows(library: Database) -> None:
    told = await library.filtered(tenant=3).project(ShelfTold, Shelf).one()

    assert told == ShelfTold(number=0, pages=None, least=None, most=None, any=False)


@pytest.mark.parametrize("children", [None, "batch"])
async def test_each_level_of_children_is_filtered(db: Database, children: Any) -> None:
    query = db.project(ShelfBelow, select(Shelf), children=children)
    crime = [GenreRow(id=1)]
    books = [
        BookBelow(id=key, copies=[BookRow(id=key * 10 + 1)], genres=crime, copied=1)
        for key in (11, 12, 13)
    ]

    assert await query.one() == ShelfBelow(books=books)
    assert json.loads(await query.json()) == [ShelfBelow(books=books).model_dump()]


@pytest.mark.parametrize("key", [11, 14, 21])
async def test_what_is_asked_in_criteria_is_filtered(db: Database, key: int) -> None:
    among = select(Book.shelf_id).where(Book.id == key)
    statement = select(Shelf).options(with_loader_criteria(Shelf, Shelf.id.in_(among)))

    query = db.project(ShelfRead, statement)

    assert await query.count() == len(await query.all()) == (key == 11)


async def test_a_table_instead_of_its_class_is_refused(db: Database) -> None:
    books = Base.metadata.tables["books"]
    among = Shelf.id.in_(select(books.c.shelf_id))
    for statement in (
        select(Shelf).where(among),
        select(Shelf).join(books, books.c.shelf_id == Shelf.id),
        select(Shelf).options(with_loader_criteria(Shelf, among)),
    ):
        for attempt in (
            db.project(ShelfRead, statement).all,
            db.project(ShelfRead, statement).count,
            db.project(ShelfRead, statement).exists,
            db.project(ShelfRead, statement).json,
        ):
            with pytest.raises(PastFilter, match="does not reach books where the table is named"):
                await attempt()


async def test_a_column_that_is_a_subquery_is_filtered(db: Database) -> None:
    assert (await db.project(ShelfHeld, Shelf).one()).held == 3
    assert (await db.project(ShelfHeld, Shelf).unfiltered("soft_delete").one()).held == 4


@pytest.mark.parametrize("dto", [BookTree, BookLevels])
async def test_levels_are_filtered(db: Database, dto: Any) -> None:
    first = await db.project(dto, Book).get_one(11)

    assert [book.id for book in first.sequels] == [12, 13]
    everything = await db.project(dto, Book).unfiltered("soft_delete").get_one(11)
    assert [book.id for book in everything.sequels] == [12, 13, 14]


async def test_what_is_joined_is_filtered(library: Database) -> None:
    async with library.filtered(tenant=1).unfiltered("soft_delete").begin() as session:
        await session.update(Book, {"first_id": 14}, key=12)
    db = library.filtered(tenant=1)

    found = await db.project(SequelRead, ALL).all()

    assert found[1] == SequelRead(id=12, first=None, title=None)
    assert found[2].title == "book 1"
    assert json.loads(await db.project(SequelRead, ALL).json())[1]["first"] is None


async def test_objects_by_way_of_a_table_are_filtered(db: Database) -> None:
    book = await db.project(TaggedRead, Book).get_one(11)

    assert [genre.id for genre in book.genres] == [1]


async def test_the_classes_of_an_inheritance_are_filtered(db: Database) -> None:
    dto: Any = ItemRead
    items = await db.project(dto, select(Item).order_by(Item.id)).all()
    readers = await db.project(BookRow, Reader).all()

    assert [item.id for item in items] == [1, 3]
    assert [reader.id for reader in readers] == [1]
    assert await db.project(BookRow, Reader).unfiltered("soft_delete").count() == 2


async def test_conditions_on_joined_classes_are_filtered(db: Database) -> None:
    by_number = select(Book).join(Book.copies).where(Copy.id == bindparam("copy"))

    assert await db.project(BookRow, by_number, copy=111).one() == BookRow(id=11)
    assert await db.project(BookRow, by_number, copy=112).one_or_none() is None
    assert await db.project(BookRow, by_number, copy=211).one_or_none() is None


async def test_a_subquery_in_a_condition_is_filtered(db: Database) -> None:
    most = select(func.max(Book.pages)).scalar_subquery()
    with_copies = select(Copy.id).where(Copy.book_id == Book.id).exists()

    assert [b.id for b in await db.project(BookRow, ALL.where(Book.pages == most)).all()] == [13]
    assert await db.project(BookRow, ALL.where(with_copies)).count() == 3


async def test_what_explain_shows_is_filtered(db: Database) -> None:
    explained = await db.project(ShelfRead, select(Shelf), children="batch").explain()

    assert ".tenant_id = ?" in explained.statements[1].sql
    assert ".deleted_at IS NULL" in explained.statements[1].sql


async def test_what_explain_shows_says_what_is_left_out(db: Database) -> None:
    left_out = db.unfiltered("tenant").project(BookRow, Book).unfiltered("soft_delete")

    explained = await left_out.explain()

    assert explained.unfiltered == ("soft_delete", "tenant")
    assert "\n\nwithout the filters soft_delete, tenant\n\nBook:\n" in str(explained)
    assert "without the filters" not in str(await db.project(BookRow, Book).explain())


async def test_a_value_is_a_parameter_and_not_in_the_sql(db: Database) -> None:
    explained = await db.filtered(tenant=8421).project(BookRow, Book).explain()

    assert "8421" not in explained.statements[0].sql
