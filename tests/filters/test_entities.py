"""Entities are the rows of the session's tenant that are not deleted, on every way to them."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    aliased,
    defer,
    joinedload,
    make_transient_to_detached,
    selectin_polymorphic,
    with_polymorphic,
)

from taskbound import Database, PastFilter, TaskSession
from tests.filters.models import Author, Book, Copy, Device, Item, Paper, Reader, Shelf
from tests.filters.ways_to_entities import LOADERS, PATHS, Path


@PATHS
async def test_a_session_sees_the_rows_of_its_tenant_that_are_not_deleted(
    library: Database, path: Path
) -> None:
    async with library.filtered(tenant=1).session() as session:
        assert await path(session) == [11, 12, 13]

    # The same that SQLAlchemy keeps, with another value.
    async with library.filtered(tenant=2).session() as session:
        assert await path(session) == [21, 22, 23]


@PATHS
async def test_without_a_tenant_a_session_sees_nothing(library: Database, path: Path) -> None:
    async with library.session() as session:
        with pytest.raises(PastFilter) as caught:
            await path(session)

        assert caught.value.filter == "tenant"


@PATHS
async def test_a_session_without_a_filter_sees_more(library: Database, path: Path) -> None:
    async with library.filtered(tenant=1).unfiltered("soft_delete").session() as session:
        assert await path(session) == [11, 12, 13, 14]

    async with library.unfiltered("soft_delete", "tenant").session() as session:
        assert await path(session) == [11, 12, 13, 14, 21, 22, 23, 24]


@PATHS
async def test_a_session_without_the_guard_has_the_filters_too(db: Database, path: Path) -> None:
    async with Database.from_engine(db.engine, guard=False).filtered(tenant=1).session() as session:
        assert await path(session) == [11, 12, 13]


async def test_a_relation_to_one_leads_to_no_deleted_row(session: TaskSession) -> None:
    copies = (await session.scalars(select(Copy).options(joinedload(Copy.book)))).all()

    assert [copy.book.id for copy in copies if copy.book] == [11, 12, 13]
    assert [copy.id for copy in copies if copy.book is None] == [141]


@pytest.mark.parametrize("loader", LOADERS)
async def test_each_level_of_a_load_is_filtered(session: TaskSession, loader: Any) -> None:
    books = loader(Shelf.books).options(loader(Book.copies), loader(Book.genres))
    shelf = (await session.scalars(select(Shelf).options(books))).unique().one()

    assert [copy.id for book in shelf.books for copy in book.copies] == [111, 121, 131]
    assert [genre.id for book in shelf.books for genre in book.genres] == [1, 1, 1]


async def test_what_has_expired_is_loaded_of_the_row_itself(session: TaskSession) -> None:
    book = await session.get_one(Book, 11)
    book.mark_deleted()
    await session.flush()
    await session.refresh(book)

    assert book.deleted_at is not None
    assert await session.scalar(select(Book.id).where(Book.id == 11)) is None


async def test_the_classes_of_an_inheritance_are_filtered(session: TaskSession) -> None:
    items = (await session.scalars(select(Item).order_by(Item.id))).all()
    papers = (await session.scalars(select(Paper.id))).all()

    assert [item.id for item in items] == [1, 3]
    assert papers == [1]


@pytest.mark.parametrize(
    "statement",
    [
        select(Device),
        select(Reader),
        select(aliased(Reader, flat=True)),
        select(with_polymorphic(Device, "*")),
        select(Device).options(selectin_polymorphic(Device, [Reader])),
    ],
    ids=["above", "below", "an alias", "with_polymorphic", "selectin_polymorphic"],
)
async def test_the_classes_of_a_joined_inheritance_are_filtered(
    session: TaskSession, statement: Any
) -> None:
    devices = (await session.scalars(statement)).all()

    assert [device.id for device in devices] == [1]
    assert await devices[0].awaitable_attrs.inches == 6


async def test_what_was_put_off_is_loaded(session: TaskSession) -> None:
    book = await session.get_one(Book, 11, options=[defer(Book.title), defer(Book.tenant_id)])

    assert await book.awaitable_attrs.title == "book 1"


@pytest.mark.parametrize("names", [None, ["title"], ["copies"], ["author"]])
async def test_the_row_of_another_tenant_is_not_loaded_by_a_refresh(
    session: TaskSession, names: list[str] | None
) -> None:
    book = Book(id=21)
    make_transient_to_detached(book)
    session.add(book)

    with pytest.raises(InvalidRequestError, match="Could not refresh instance"):
        await session.refresh(book, names)


async def test_the_rest_of_a_row_in_several_tables_is_not_loaded_of_another_tenant(
    library: Database, session: TaskSession
) -> None:
    async with library.filtered(tenant=2).session() as theirs:
        reader = (await theirs.scalars(select(Device))).one()
    session.add(reader)

    with pytest.raises(PastFilter, match="the filter tenant of Reader keeps to rows"):
        await reader.awaitable_attrs.inches


async def test_conditions_see_filtered_rows(session: TaskSession) -> None:
    def author_of(key: int) -> Any:
        books = select(Book.id).where(Book.author_id == Author.id, Book.id == key)
        return select(Author.id).where(books.exists())

    assert await session.scalar(author_of(14)) is None
    assert await session.scalar(author_of(13)) == 10
    assert await session.scalar(select(func.max(Book.pages))) == 300
    assert await session.scalar(select(Shelf.held)) == 3
