"""A row that a write has hidden is what `returning=` is made of all the same."""

from __future__ import annotations

from typing import Any, cast

import pytest
from pydantic import BaseModel

from taskbound import Database, NotFound, TaskSession
from tests.filters.dtos import BookRow, BookTree, FilmRead, ItemRead, PaperRead
from tests.filters.models import GONE, Book, Item


class Told(BaseModel):
    """Holds more than the row, so that it is read after the write."""

    id: int
    title: str
    copies: list[BookRow]


async def told(session: TaskSession, key: int) -> Told:
    return await session.project(Told, Book).get_one(key)


async def test_by_its_key(session: TaskSession) -> None:
    before = await told(session, 11)
    after = await session.update(Book, {"deleted_at": GONE}, key=11, returning=Told)

    assert after == before
    assert await session.project(Told, Book).get(11) is None


async def test_by_a_condition(session: TaskSession) -> None:
    before = [await told(session, key) for key in (11, 12)]
    after = await session.update(
        Book, {"deleted_at": GONE}, where=Book.id.in_([11, 12]), returning=Told
    )

    assert sorted(after, key=lambda book: book.id) == before


async def test_of_many_rows(session: TaskSession) -> None:
    before = [await told(session, key) for key in (13, 11, 12)]
    rows = [{"id": 13, "deleted_at": GONE}, {"id": 11, "pages": 5}, {"id": 12, "deleted_at": GONE}]

    assert await session.update_many(Book, [rows[0]], returning=Told) == before[:1]
    assert await session.update_many(Book, rows[1:], returning=Told) == before[1:]


async def test_a_new_one(session: TaskSession) -> None:
    new = {"id": 90, "title": "draft", "deleted_at": GONE}
    one = await session.insert(Book, new, returning=Told)
    many = await session.insert_many(
        Book, [{**new, "id": 91}, {"id": 92, "title": "draft"}], returning=Told
    )

    assert [book.id for book in (one, *many)] == [90, 91, 92]


class InFull(BaseModel):
    """Holds rows of the same class, of which one is deleted."""

    id: int
    sequels: list[BookRow]


@pytest.mark.parametrize("dto", [InFull, BookTree])
async def test_rows_of_the_same_class_within_it_stay_hidden(session: TaskSession, dto: Any) -> None:
    one = await session.update(Book, {"deleted_at": GONE}, key=11, returning=dto)

    assert [book.id for book in one.sequels] == [12, 13]


async def test_as_one_of_several_classes(session: TaskSession) -> None:
    mark, dto = {"deleted_at": GONE}, cast("type[Any]", ItemRead)
    one = await session.update(Item, mark, key=1, returning=dto)
    many = await session.update(Item, mark, where=Item.id > 1, returning=dto)

    assert [one, *many] == [PaperRead(id=1, weight=90), FilmRead(id=3, minutes=90)]


async def test_what_was_hidden_before_is_not_found(library: Database) -> None:
    async with library.filtered(tenant=1).begin() as session:
        with pytest.raises(NotFound):
            await session.update(Book, {}, key=14, returning=Told)
        with pytest.raises(NotFound):
            await session.update(Book, {"pages": 5}, key=14, returning=Told)
        with pytest.raises(NotFound):
            await session.update_many(Book, [{"id": 14}], returning=Told)
        assert await session.update(Book, {"pages": 5}, where=Book.id == 14, returning=Told) == []
