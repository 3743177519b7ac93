"""New rows are of the session's tenant."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import bindparam, delete, func, insert, literal, select, text, update
from sqlalchemy.dialects import sqlite

from taskbound import Database, PastFilter, TaskSession
from tests.filters.dtos import BookRow, TitleRead
from tests.filters.models import Author, Book, Genre, Note, Owner
from tests.filters.written import BOOKS, FOREIGN, changed, titles


class NewCopy(BaseModel):
    pass


class NewBook(BaseModel):
    title: str
    copies: list[NewCopy] = []


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


@pytest.mark.parametrize(
    ("statement", "values"),
    [
        (insert(Note), {"owned": Owner(2, 1)}),
        (insert(Note), [{"owned": Owner(2, 1)}]),
        (insert(Note).values(tenant=bindparam("other", 1)), {"other": 2}),
        (update(Note).where(Note.id == 1), {"owner": 2}),
        (update(Note).where(Note.id == 1), {"tenant": 2}),
        (update(Note).values(owned=Owner(2, 1)), {}),
    ],
)
async def test_no_row_is_of_another_tenant_by_another_name(
    session: TaskSession, statement: Any, values: Any
) -> None:
    await session.insert(Note, {"id": 1})

    with pytest.raises(PastFilter) as caught:
        await session.execute(statement, values)

    assert caught.value.model == "Note"
    assert (await session.execute(text("SELECT owner FROM notes"))).all() == [(1,)]
