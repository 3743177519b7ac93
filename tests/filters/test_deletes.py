"""Deletes keep to the session's tenant, and leave alone what is only to be marked."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from taskbound import Database, NotFound, PastFilter, TaskSession
from tests.filters.dtos import BookRow
from tests.filters.models import GONE, Author, Book, Copy, book_genres
from tests.filters.written import KEPT, titles


async def test_rows_that_are_marked_are_not_deleted(session: TaskSession) -> None:
    book = await session.get_one(Book, 11)
    for attempt in (
        session.delete(book),
        session.delete(Book, key=11),
        session.delete(Book, where=Book.id == 11),
        session.delete(Book, every=True, returning=BookRow),
        session.execute(delete(Book)),
    ):
        with pytest.raises(PastFilter) as caught:
            await attempt
        assert str(caught.value) == KEPT

    assert list(await titles(session)) == [11, 12, 13, 14, 21, 22, 23, 24]


async def test_a_flush_deletes_no_row_that_is_marked(session: TaskSession) -> None:
    copy = await session.get_one(Copy, 111)
    await session.run_sync(lambda sync: sync.delete(copy))

    with pytest.raises(PastFilter, match="of Copy marks rows instead of deleting them"):
        await session.flush()


async def test_a_row_is_deleted_softly_by_setting_the_mark(session: TaskSession) -> None:
    book = await session.get_one(Book, 11)
    book.mark_deleted()
    await session.update(Book, {"deleted_at": GONE}, key=12)
    await session.flush()

    assert (await session.scalars(select(Book.id))).all() == [13]
    assert len(await titles(session)) == 8


async def test_rows_are_restored_and_removed_where_the_filter_is_left_out(
    library: Database,
) -> None:
    purging = library.filtered(tenant=1).unfiltered("soft_delete")
    async with purging.begin() as session:
        book = await session.get_one(Book, 14)
        book.restore()
        await session.update(Book, {"deleted_at": None}, key=14)
        assert await session.delete(Copy, every=True) == 8
        await session.execute(delete(book_genres).where(book_genres.c.book_id == 12))
        await session.delete(await session.get_one(Book, 13))
        await session.delete(Book, key=12)
        with pytest.raises(NotFound):
            await session.delete(Book, key=21)
        await session.execute(delete(Book).where(Book.id > 20))

    async with library.filtered(tenant=1).session() as session:
        assert (await session.scalars(select(Book.id).order_by(Book.id))).all() == [11, 14]
        assert [key for key in await titles(session) if key > 20] == [21, 22, 23, 24]


async def test_authors_are_deleted_of_the_tenant_alone(library: Database) -> None:
    async with library.unfiltered("tenant", "soft_delete").begin() as session:
        await session.update(Book, {"author_id": None}, every=True)
    async with library.filtered(tenant=1).session() as session:
        with pytest.raises(NotFound):
            await session.delete(Author, key=20)
        assert await session.delete(Author, where=Author.id > 0) == 1
        await session.execute(delete(Author))
        await session.rollback()
        deleted = await session.delete(Author, every=True, returning=BookRow)

        assert deleted == [BookRow(id=10)]
        await session.rollback()
