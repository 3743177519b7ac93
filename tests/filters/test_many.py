"""Many rows, and upserts, keep to the session's tenant."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import select, text

from taskbound import Database, NotFound, PastFilter
from tests.filters.dtos import BookRow
from tests.filters.models import GONE, Base, Book, Code, Copy, Genre

pytestmark = pytest.mark.parametrize(
    "driver",
    ["sqlite+aiosqlite", "postgresql+asyncpg", "mysql+aiomysql"],
    ids=["aiosqlite", "asyncpg", "aiomysql"],
)

THEIRS = {"name": "a", "number": 1, "text": "theirs"}


@pytest.fixture
async def codes(database: Database) -> Database:
    """Tenant 2 has the code a with the number 1."""
    await database.create_all(Base.metadata)
    async with database.filtered(tenant=2).begin() as session:
        await session.insert(Code, THEIRS)
    return database


async def rows(database: Database) -> list[tuple[Any, ...]]:
    async with database.session() as session:
        found = await session.execute(
            text("SELECT tenant_id, name, text FROM codes ORDER BY tenant_id, name")
        )
        return [tuple(row) for row in found]


async def test_many_new_rows_get_the_tenant(codes: Database) -> None:
    numbers = range(100, 300)
    new = [{"name": f"n{number:03}", "number": number, "text": None} for number in numbers]
    async with codes.filtered(tenant=1).begin() as session:
        assert await session.insert_many(Code, new) == 200
        mixed = [{"name": "x", "number": 2}, {"name": "y", "number": 3, "tenant_id": 1}]
        assert await session.insert_many(Code, mixed) == 2
        made = await session.insert_many(Code, [{"name": "z", "number": 4}], returning=BookRow)

        copied = [
            {"name": f"c{number}", "number": number + 500, "text": None} for number in numbers
        ]
        assert await session.copy_in(Code, copied) == 200

    assert len(made) == 1
    assert [row[0] for row in await rows(codes)] == [1] * 403 + [2]


async def test_none_of_many_rows_is_made_for_another_tenant(codes: Database) -> None:
    new = [{"name": "x", "number": 2, "tenant_id": 1}, {"name": "y", "number": 3, "tenant_id": 2}]
    async with codes.filtered(tenant=1).begin() as session:
        for load in (session.insert_many, session.copy_in):
            with pytest.raises(PastFilter, match="of Code keeps to rows with the session's own"):
                await load(Code, new)
    async with codes.session() as session:
        with pytest.raises(PastFilter, match="of Code has no value here"):
            await session.insert_many(Code, new)
        await session.rollback()

    assert await rows(codes) == [(2, "a", "theirs")]


async def test_many_updates_change_rows_of_the_tenant_alone(codes: Database) -> None:
    async with codes.unfiltered("tenant").session() as session:
        (theirs,) = (await session.scalars(select(Code.id))).all()
    async with codes.filtered(tenant=1).begin() as session:
        own = [{"name": "x", "number": 2}, {"name": "y", "number": 3}]
        first, second = await session.insert_many(Code, own, returning=BookRow)
        changes = [{"id": first.id, "text": "1"}, {"id": second.id, "text": "2"}]
        assert await session.update_many(Code, changes) == 2
        with pytest.raises(PastFilter, match="of Code keeps to rows"):
            await session.update_many(Code, [{"id": first.id, "tenant_id": 2}])
    async with codes.filtered(tenant=1).session() as session:
        with pytest.raises(NotFound):
            await session.update_many(Code, [*changes, {"id": theirs, "text": "3"}])
        await session.rollback()

    assert await rows(codes) == [(1, "x", "1"), (1, "y", "2"), (2, "a", "theirs")]


class CopyRow(BaseModel):
    id: int


class BookCopies(BaseModel):
    id: int
    copies: list[CopyRow]


@pytest.mark.parametrize("dto", [BookRow, BookCopies])
async def test_a_row_is_returned_that_has_just_been_marked(codes: Database, dto: Any) -> None:
    async with codes.filtered(tenant=1).begin() as session:
        mark = {"deleted_at": GONE}
        for key in (1, 2, 3):
            await session.insert(Book, {"id": key, "title": "x"})
            await session.insert(Copy, {"book_id": key, **mark})
        made = [
            await session.update(Book, mark, key=1, returning=dto),
            *await session.update(Book, mark, where=Book.id == 2, returning=dto),
            *await session.update_many(Book, [{"id": 3, **mark}], returning=dto),
            await session.insert(Book, {"id": 4, "title": "x", **mark}, returning=dto),
        ]

        assert [book.id for book in made] == [1, 2, 3, 4]
        assert all(getattr(book, "copies", []) == [] for book in made)
        for unchanged in ({"id": 1}, {"id": 1, "title": "y"}):
            with pytest.raises(NotFound):
                await session.update_many(Book, [unchanged], returning=dto)


async def test_an_upsert_finds_the_row_of_its_tenant(codes: Database) -> None:
    async with codes.filtered(tenant=1).begin() as session:
        by = (Code.tenant_id, Code.name)
        first = await session.upsert(Code, {"name": "a", "number": 5, "text": "x"}, on=by)
        second = await session.upsert(Code, {"name": "a", "number": 5, "text": "y"}, on=by)
        many = await session.upsert_many(
            Code, [{"name": "a", "number": 5, "text": "z"}, {"name": "b", "number": 6}], on=by
        )

    assert (first.inserted, second.inserted) == (True, False)
    assert (many.inserted, many.updated) == (1, 1)
    assert await rows(codes) == [(1, "a", "z"), (1, "b", None), (2, "a", "theirs")]


async def test_an_upsert_that_may_find_the_row_of_another_is_refused(codes: Database) -> None:
    new = {"name": "a", "number": 1, "text": "mine"}
    async with codes.filtered(tenant=1).begin() as session:
        for attempt in (
            session.upsert(Code, new, on=Code.number),
            session.upsert(Code, {**new, "id": 1}),
            session.upsert_many(Code, [new], on=Code.number),
            session.upsert(Genre, {"id": 1, "name": "x"}),
        ):
            with pytest.raises(PastFilter, match="may hide the row that an upsert by"):
                await attempt

    assert await rows(codes) == [(2, "a", "theirs")]


async def test_an_upsert_without_the_filter_finds_every_row(codes: Database) -> None:
    async with codes.unfiltered("tenant", "soft_delete").begin() as session:
        done = await session.upsert(
            Code, {"name": "a", "number": 1, "tenant_id": 2, "text": "x"}, on=Code.number
        )
        await session.upsert(Book, {"id": 1, "title": "x", "tenant_id": 1})

    assert not done.inserted
    assert await rows(codes) == [(2, "a", "x")]
