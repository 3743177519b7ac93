"""What a flush writes keeps to the session's tenant, and leaves alone what is deleted."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session, make_transient_to_detached

from taskbound import Database, NotFound, PastFilter, TaskSession
from tests.filters.models import Author, Book, Device, Reader
from tests.filters.written import FOREIGN, changed


async def test_an_object_of_another_tenant_is_not_written(library: Database) -> None:
    async with library.filtered(tenant=2).session() as theirs:
        book = await theirs.get_one(Book, 21)
        author = await theirs.get_one(Author, 20)
    async with library.filtered(tenant=1).session() as session:
        session.add(book)
        book.title = "x"
        with pytest.raises(PastFilter) as caught:
            await session.flush()
        assert str(caught.value) == FOREIGN
        await session.rollback()
        session.expunge_all()

        session.add(author)
        await session.delete(author)
        with pytest.raises(PastFilter, match="of Author keeps to rows"):
            await session.flush()


@pytest.mark.parametrize("values", [{}, {"tenant_id": 1}])
async def test_an_object_that_is_only_said_to_be_there_is_not_written(
    session: TaskSession, values: dict[str, int]
) -> None:
    book = Book(id=21)
    make_transient_to_detached(book)
    session.add(book)
    book.title = "x"
    for name, value in values.items():
        setattr(book, name, value)

    with pytest.raises(PastFilter) as caught:
        await session.flush()

    assert str(caught.value) == FOREIGN


@pytest.mark.parametrize("key", [21, 99])
async def test_an_object_that_is_only_said_to_be_of_the_tenant_is_not_written(
    session: TaskSession, key: int
) -> None:
    book = Book(id=key, tenant_id=1, title="book 1", deleted_at=None)
    make_transient_to_detached(book)
    session.add(book)
    book.title = "x"

    with pytest.raises(PastFilter) as caught:
        await session.flush()

    assert str(caught.value) == FOREIGN


async def test_an_object_that_is_said_to_be_there_and_is_is_written(session: TaskSession) -> None:
    book, reader = Book(id=11, tenant_id=1), Reader(id=1, tenant_id=1, kind="reader")
    for detached in (book, reader):
        make_transient_to_detached(detached)
        session.add(detached)
    book.title = reader.name = "x"
    await session.flush()

    assert await changed(session) == [11]
    assert await session.scalar(select(Reader.name).where(Reader.id == 1)) == "x"


async def test_an_object_that_has_expired_is_written(session: TaskSession) -> None:
    book = await session.get_one(Book, 11)
    session.expire(book)
    book.title = "x"
    await session.flush()

    assert await changed(session) == [11]


@pytest.mark.parametrize("name", ["bulk_insert_mappings", "bulk_update_mappings"])
async def test_bulk_methods_are_refused(session: TaskSession, name: str) -> None:
    def bulk(sync: Session) -> None:
        getattr(sync, name)(Book, [{"id": 21, "title": "x", "tenant_id": 1}])

    with pytest.raises(PastFilter, match="not looked for by the bulk methods"):
        await session.run_sync(bulk)
    with pytest.raises(PastFilter, match="not looked for by the bulk methods"):
        await session.run_sync(lambda sync: sync.bulk_save_objects([Book(id=30, title="x")]))


async def test_a_row_in_several_tables_keeps_to_filters(session: TaskSession) -> None:
    await session.update(Reader, {"name": "y", "inches": 9}, key=1)
    await session.update_many(Reader, [{"id": 1, "name": "z"}])
    for key in (2, 3):
        with pytest.raises(NotFound):
            await session.update(Reader, {"name": "y"}, key=key)
        with pytest.raises(NotFound):
            await session.update_many(Reader, [{"id": key, "inches": 9}])
    with pytest.raises(PastFilter, match="by primary key of a list of rows"):
        await session.execute(update(Reader), [{"id": 3, "name": "y"}])

    rows = await session.execute(text("SELECT name FROM devices ORDER BY id"))
    assert rows.scalars().all() == ["z", "two", "three"]


async def test_a_row_in_several_tables_is_deleted_of_the_tenant_alone(library: Database) -> None:
    async with library.filtered(tenant=1).unfiltered("soft_delete").session() as session:
        await session.delete(Reader, key=1)
        with pytest.raises(NotFound):
            await session.delete(Reader, key=3)

        assert await session.scalar(text("SELECT count(*) FROM readers")) == 2
        await session.rollback()


async def test_an_entity_in_several_tables_is_marked_as_deleted(session: TaskSession) -> None:
    reader = await session.get_one(Reader, 1)
    reader.name = "x"
    reader.mark_deleted()
    await session.flush()

    assert await session.scalar(select(func.count()).select_from(Device)) == 0
    with pytest.raises(PastFilter, match="marks rows instead of deleting them"):
        await session.delete(Reader, key=1)


async def test_a_session_without_a_filter_writes_past_it_alone(library: Database) -> None:
    async with library.unfiltered("tenant").session() as session:
        await session.update(Book, {"title": "x"}, every=True)
        assert await changed(session) == [11, 12, 13, 21, 22, 23]
        await session.insert(Book, {"title": "x", "tenant_id": 7})
        session.add(Book(title="x", tenant_id=8))
        await session.flush()
        with pytest.raises(PastFilter, match="soft_delete"):
            await session.delete(Book, every=True)
        await session.rollback()
