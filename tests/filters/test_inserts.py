"""What is written keeps to the session's tenant, and leaves alone what is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import delete, func, insert, literal, select, text, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from taskbound import Database, NotFound, PastFilter, TaskSession
from tests.filters.dtos import BookRow
from tests.filters.models import GONE, Author, Base, Book, Copy, Device, Genre, Reader, book_genres

BOOKS = Base.metadata.tables["books"]
FOREIGN = (
    "the filter tenant of Book keeps to rows with the session's own tenant_id, and this is not one; "
    "leave tenant_id out, which is filled in, or use a session of its value "
    "(TB605, docs/errors/TB605.md)"
)
KEPT = (
    "the filter soft_delete of Book marks rows instead of deleting them; update the mark, or remove the "
    'rows for good with db.unfiltered("soft_delete") (TB605, docs/errors/TB605.md)'
)


class NewCopy(BaseModel):
    pass


class NewBook(BaseModel):
    title: str
    copies: list[NewCopy] = []


class TitleRead(BaseModel):
    id: int
    title: str
    copies: list[BookRow]


async def titles(session: TaskSession) -> dict[int, str]:
    """Of all books, whosever they are."""
    rows = await session.execute(text("SELECT id, title FROM books ORDER BY id"))
    return dict(tuple(row) for row in rows)


async def changed(session: TaskSession) -> list[int]:
    """The books that have another title than at the beginning."""
    return [key for key, title in (await titles(session)).items() if title != f"book {key % 10}"]


# Updates


@pytest.mark.parametrize("key", [14, 21, 24])
async def test_a_row_of_others_is_not_found_by_key(session: TaskSession, key: int) -> None:
    with pytest.raises(NotFound):
        await session.update(Book, {"title": "x"}, key=key)
    with pytest.raises(NotFound):
        await session.update(Book, {"title": "x"}, key=key, returning=BookRow)
    with pytest.raises(NotFound):
        await session.update(Book, {"title": Book.title + "x"}, key=key)
    with pytest.raises(NotFound):
        await session.update(Book, {}, key=key, returning=BookRow)

    assert await changed(session) == []


async def test_an_update_by_key_changes_the_row(session: TaskSession) -> None:
    await session.update(Book, {"title": "x"}, key=11)
    await session.update(Book, {"title": "x"}, key=12, returning=BookRow)
    read = await session.update(Book, {"title": "y"}, key=13, returning=TitleRead)

    assert read == TitleRead(id=13, title="y", copies=[BookRow(id=131)])
    assert await changed(session) == [11, 12, 13]


async def test_an_update_of_a_condition_changes_the_rows_of_the_tenant(
    session: TaskSession,
) -> None:
    assert await session.update(Book, {"title": "x"}, where=Book.pages >= 200) == 2
    assert await session.update(Book, {"title": "y"}, every=True) == 3
    found = await session.update(Book, {"title": "z"}, every=True, returning=BookRow)
    read = await session.update(Book, {"title": "z"}, where=Book.id > 0, returning=TitleRead)

    assert sorted(book.id for book in found) == [11, 12, 13]
    assert [book.id for book in read] == [11, 12, 13]
    assert await changed(session) == [11, 12, 13]


async def test_a_condition_sees_filtered_rows_of_other_classes(session: TaskSession) -> None:
    copies = select(Copy.id).where(Copy.book_id == Book.id, Copy.id.in_([112, 121, 211]))
    with_copies = copies.exists()

    assert await session.update(Book, {"title": "x"}, where=with_copies) == 1
    assert await changed(session) == [12]


@pytest.mark.parametrize("values", [{"title": "x"}, {"title": Book.title + "x"}])
async def test_an_orm_update_changes_the_rows_of_the_tenant(
    session: TaskSession, values: dict[str, Any]
) -> None:
    await session.execute(update(Book).values(values))

    assert await changed(session) == [11, 12, 13]


@pytest.mark.parametrize("how", ["auto", "evaluate", "fetch", False])
async def test_an_orm_update_agrees_with_what_the_session_holds(
    library: Database, how: Any
) -> None:
    async with library.filtered(tenant=2).session() as session:
        book = await session.get_one(Book, 21)
        await session.execute(
            update(Book).where(Book.id.in_([11, 21, 24])).values(title="x"),
            execution_options={"synchronize_session": how},
        )

        assert await changed(session) == [21]
        assert book.title == ("book 1" if how is False else "x")
        await session.rollback()


async def test_an_orm_update_with_another_value_uses_that(library: Database) -> None:
    for tenant in (1, 2, 1):
        async with library.filtered(tenant=tenant).session() as session:
            await session.execute(update(Book).values(title="x"))

            assert await changed(session) == [tenant * 10 + number for number in (1, 2, 3)]
            await session.rollback()


async def test_an_update_of_another_tenant_is_not_the_one_that_is_kept(library: Database) -> None:
    for tenant in (1, 2, 1):
        async with library.filtered(tenant=tenant).session() as session:
            await session.update(Book, {"title": "x"}, key=tenant * 10 + 1)
            assert await session.update(Book, {"title": "x"}, where=Book.id > 0) == 3
            await session.update_many(Book, [{"id": tenant * 10 + 2, "title": "y"}])

            assert await changed(session) == [tenant * 10 + number for number in (1, 2, 3)]
            await session.rollback()


READS = {
    "a subquery": select(func.max(Book.title)).scalar_subquery(),
    "a subquery of the table": select(func.max(BOOKS.c.title)).scalar_subquery(),
    "another table": Book.title,
}


@pytest.mark.parametrize("name", READS)
async def test_sql_that_a_column_is_set_to_reads_no_rows_past_a_filter(
    session: TaskSession, name: str
) -> None:
    value = READS[name]
    for attempt in (
        session.update(Genre, {"name": value}, key=1),
        session.update_many(Genre, [{"id": 1, "name": value}]),
    ):
        with pytest.raises(PastFilter) as caught:
            await attempt
        assert caught.value.reason == "does not reach books in SQL that a column is set to"

    for key in (1, 9):
        await session.merge(Genre(id=key, name=value))
        with pytest.raises(PastFilter, match="in SQL that a column is set to"):
            await session.flush()
        await session.rollback()


async def test_sql_that_a_column_is_set_to_may_be_of_its_own_row(session: TaskSession) -> None:
    await session.update(Book, {"title": Book.title + "x"}, key=11)
    book = await session.get_one(Book, 12)
    book.title = Book.title + "x"
    await session.flush()

    assert await changed(session) == [11, 12]


@pytest.mark.parametrize("own", ["update", "execute"])
async def test_a_subquery_that_a_column_is_set_to_is_filtered(
    session: TaskSession, own: str
) -> None:
    last = {"name": select(func.max(Book.title)).scalar_subquery()}
    if own == "update":
        await session.update(Genre, last, where=Genre.id == 1)
    else:
        await session.execute(update(Genre).values(last).where(Genre.id == 1))

    assert await session.scalar(select(Genre.name)) == "book 3"


async def test_a_query_changes_the_rows_of_the_tenant(session: TaskSession) -> None:
    def change(sync: Session) -> int:
        return sync.query(Book).filter(Book.id > 11).update({"title": "x"})

    assert await session.run_sync(change) == 2
    assert await changed(session) == [12, 13]
    with pytest.raises(PastFilter) as caught:
        await session.run_sync(lambda sync: sync.query(Book).delete())
    assert str(caught.value) == KEPT


async def test_an_orm_update_by_keys_is_refused(session: TaskSession) -> None:
    with pytest.raises(PastFilter) as caught:
        await session.execute(update(Book), [{"id": 21, "title": "x"}])

    assert caught.value.reason == (
        "is not looked for in an UPDATE by primary key of a list of rows"
    )
    assert await changed(session) == []


REFUSED_UPDATES = {
    "a value of another class": update(Genre).values(name=Book.title),
    "a table": update(BOOKS).values(title="x"),
    "a table beside the class": update(Book).values(title="x").where(Book.id == Author.id),
    "a table in a subquery": update(Genre).values(name="x").where(Genre.id.in_(select(BOOKS.c.id))),
}


@pytest.mark.parametrize("name", REFUSED_UPDATES)
async def test_an_update_that_filters_do_not_reach_is_refused(
    session: TaskSession, name: str
) -> None:
    with pytest.raises(PastFilter, match=r"does not reach (books|authors)"):
        await session.execute(REFUSED_UPDATES[name])


async def test_no_row_is_given_to_another_tenant(session: TaskSession) -> None:
    book = await session.get_one(Book, 11)
    for attempt in (
        session.update(Book, {"tenant_id": 2}, key=11),
        session.update(Book, {"tenant_id": 2}, every=True),
        session.execute(update(Book).values(tenant_id=2)),
        session.execute(update(Book).ordered_values((Book.tenant_id, 2))),
        session.execute(update(Book).where(Book.id == 11), {"tenant_id": 2}),
    ):
        with pytest.raises(PastFilter) as caught:
            await attempt
        assert str(caught.value) == FOREIGN

    book.tenant_id = 2
    with pytest.raises(PastFilter) as caught:
        await session.flush()
    assert str(caught.value) == FOREIGN


# Deletes


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


# Inserts


async def test_a_new_row_gets_the_tenant(session: TaskSession) -> None:
    made = await session.insert(Book, {"title": "x"}, returning=BookRow)
    nested = await session.insert(Book, NewBook(title="x", copies=[NewCopy()]), returning=TitleRead)
    book = Book(title="x")
    session.add(book)
    await session.execute(insert(Book).values(title="x"))
    await session.execute(insert(Book), [{"title": "x"}, {"title": "x", "tenant_id": 1}])
    await session.execute(insert(Book), {"title": "x"})

    found = await session.scalar(select(func.count(Book.id)).where(Book.title == "x"))
    assert (found, book.tenant_id, len(nested.copies)) == (7, 1, 1)
    assert await session.get(Book, made.id) is not None


async def test_no_row_is_made_for_another_tenant(session: TaskSession) -> None:
    theirs = {"title": "x", "tenant_id": 2}
    for attempt in (
        session.insert(Book, theirs),
        session.insert(Book, theirs, returning=BookRow),
        session.execute(insert(Book).values(theirs)),
        session.execute(insert(Book), [theirs]),
        session.execute(insert(Book).values(tenant_id=2), {"title": "x"}),
        session.execute(insert(Book).values(tenant_id=select(literal(2)).scalar_subquery())),
    ):
        with pytest.raises(PastFilter) as caught:
            await attempt
        assert str(caught.value) == FOREIGN

    session.add(Book(**theirs))
    with pytest.raises(PastFilter) as caught:
        await session.flush()
    assert str(caught.value) == FOREIGN


HIDDEN_INSERTS = {
    "what a SELECT finds": insert(Book).from_select(["title"], select(Author.name)),
    "several rows in values()": insert(Book).values([{"title": "x", "tenant_id": 2}]),
    "that changes the row that is there already": sqlite.insert(Book)
    .values(id=21, title="x")
    .on_conflict_do_update(index_elements=["id"], set_={"title": "x"}),
    "of the table books": insert(BOOKS).values(title="x", tenant_id=2),
}


@pytest.mark.parametrize("name", HIDDEN_INSERTS)
async def test_an_insert_whose_rows_are_not_seen_is_refused(
    session: TaskSession, name: str
) -> None:
    with pytest.raises(PastFilter) as caught:
        await session.execute(HIDDEN_INSERTS[name])

    assert caught.value.reason.endswith(name)
    assert len(await titles(session)) == 8


async def test_an_insert_that_does_nothing_about_a_conflict_is_let_in(
    session: TaskSession,
) -> None:
    statement = sqlite.insert(Book).values(id=21, title="x").on_conflict_do_nothing()

    await session.execute(statement)
    assert await changed(session) == []


async def test_what_an_insert_selects_is_filtered(session: TaskSession) -> None:
    names = select(Book.id + 100, Book.title)

    await session.execute(insert(Genre).from_select(["id", "name"], names))

    assert (await session.scalars(select(Genre.id).where(Genre.id > 100))).all() == [111, 112, 113]


async def test_without_a_tenant_nothing_is_written(library: Database) -> None:
    async with library.session() as session:
        for attempt in (
            session.insert(Book, {"title": "x"}),
            session.insert(Book, {"title": "x", "tenant_id": 1}),
            session.update(Book, {"title": "x"}, key=11),
            session.update(Book, {"title": "x"}, every=True),
            session.execute(update(Book).values(title="x")),
            session.execute(insert(Book).values(title="x", tenant_id=1)),
            session.delete(Author, key=10),
            session.delete(Author, every=True),
            session.execute(delete(Author)),
        ):
            with pytest.raises(PastFilter, match=r"of (Book|Author) has no value here"):
                await attempt
        session.add(Book(title="x", tenant_id=1))
        with pytest.raises(PastFilter, match="has no value here"):
            await session.flush()


# The unit of work


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
