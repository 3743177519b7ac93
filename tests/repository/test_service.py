"""A repository whose writes pass rules, and whose errors are told in the words of those."""

from __future__ import annotations

from typing import Any

import pytest

from taskbound import (
    Database,
    Failure,
    ForeignKeyViolation,
    NotFound,
    Service,
    StaleVersion,
    UniqueViolation,
)
from tests.patterns.drivers import SQLITE
from tests.repository.models import Book, BookPatch, BookRead, NewBook

pytestmark = pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)


class Refused(Exception):
    """What the library refuses."""


class Desk(Service[Book]):
    """Takes in books that are not too old."""

    async def before_create(self, values: NewBook) -> Any:
        if values.year < 1500:
            raise Refused("too old")
        return {"title": values.title.title(), "year": values.year}

    async def before_update(self, values: Any, key: Any) -> Any:
        if key == 4:
            raise Refused("4 stays as it is")
        return values

    async def before_delete(self, key: Any) -> None:
        if key == 3:
            raise Refused("3 stays")

    def instead_of(self, error: Failure, *, values: Any, key: Any) -> Exception:
        match error:
            case NotFound():
                return Refused(f"there is no {key}")
            case UniqueViolation(field="title"):
                return Refused(f"there is {values.title} already")
            case ForeignKeyViolation(change="delete"):
                return Refused(f"there are copies of {key}")
        return error


async def test_a_rule_may_change_what_is_written(library: Database) -> None:
    async with library.begin() as session:
        made = await Desk(session).create(NewBook(title="kindred", year=1979), returning=BookRead)

    assert made.title == "Kindred"


async def test_a_rule_may_refuse_before_anything_is_sent(library: Database) -> None:
    async with library.begin() as session:
        desk = Desk(session)
        with pytest.raises(Refused, match="too old"):
            await desk.create(NewBook(title="Beowulf", year=1000))
        with pytest.raises(Refused, match="4 stays as it is"):
            await desk.update(BookPatch(year=1), key=4)
        with pytest.raises(Refused, match="3 stays"):
            await desk.delete_many([2, 3])

        assert await desk.count() == 4


async def test_a_violation_is_told_in_the_words_of_the_rules(library: Database) -> None:
    with pytest.raises(Refused, match="there is emma already") as caught:
        async with library.begin() as session:
            await Desk(session).create(NewBook(title="emma", year=1815))

    assert isinstance(caught.value.__cause__, UniqueViolation)


async def test_so_is_a_row_that_is_not_there(library: Database) -> None:
    async with library.begin() as session:
        desk = Desk(session)
        with pytest.raises(Refused, match="there is no 9"):
            await desk.get(BookRead, 9)
        with pytest.raises(Refused, match="there is no 9"):
            await desk.update(BookPatch(year=1), key=9)
        with pytest.raises(Refused, match="there is no 8"):
            await desk.delete(8)


async def test_so_is_a_row_that_others_lead_to(library: Database) -> None:
    async with library.begin() as session:
        with pytest.raises(Refused, match="there are copies of 1"):
            await Desk(session).delete(1)


async def test_what_the_rules_have_no_words_for_comes_through(library: Database) -> None:
    async with library.begin() as session:
        with pytest.raises(StaleVersion):
            await Desk(session).update(BookPatch(year=1), key=1, version=7)


async def test_each_row_of_many_passes_the_rules(library: Database) -> None:
    class Yearly(Service[Book]):
        async def before_update(self, values: Any, key: Any) -> Any:
            assert key is None
            return {**values, "year": values["year"] + 1}

    async with library.begin() as session:
        made = await Yearly(session).update_many(
            [{"id": 1, "year": 1}, {"id": 2, "year": 2}], returning=BookRead
        )

    assert [book.year for book in made] == [2, 3]


async def test_without_rules_it_is_a_repository(library: Database) -> None:
    async with library.begin() as session:
        books = Service(session, Book)
        made = await books.create(NewBook(title="Kindred", year=1979), returning=BookRead)
        await books.update({"year": 1980}, key=made.id)
        await books.delete(made.id)

        assert await books.get_or_none(BookRead, made.id) is None
