"""Updates keep to the session's tenant, and leave alone what is deleted."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from taskbound import Database, NotFound, PastFilter, TaskSession
from tests.filters.dtos import BookRow, TitleRead
from tests.filters.models import Author, Book, Copy, Genre
from tests.filters.written import BOOKS, FOREIGN, KEPT, changed


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


async def test_a_parameter_does_not_take_the_place_of_a_value(session: TaskSession) -> None:
    given = {"taskbound_filter_tenant": 2, "taskbound_filter_tenant_1": 2}
    await session.execute(update(Book).where(Book.id > 0).values(title="x"), given)
    await session.execute(update(Book).where(Book.id > 0), {"pages": 1, **given})

    assert await changed(session) == [11, 12, 13]
    assert (await session.scalars(select(Book.id), given)).all() == [11, 12, 13]
