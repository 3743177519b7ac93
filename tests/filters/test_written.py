"""A row that a write has hidden is what `returning=` is made of all the same."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from taskbound import Database, NotFound, TaskSession
from tests.filters.dtos import BookRow
from tests.filters.models import GONE, Book


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


async def test_what_was_hidden_before_is_not_found(library: Database) -> None:
    async with library.filtered(tenant=1).begin() as session:
        with pytest.raises(NotFound):
            await session.update(Book, {}, key=14, returning=Told)
        with pytest.raises(NotFound):
            await session.update(Book, {"pages": 5}, key=14, returning=Told)
        assert await session.update(Book, {"pages": 5}, where=Book.id == 14, returning=Told) == []
