"""Of many rows all are written or none; the one that is refused is named, up to the answer of a server."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, mapped_column

from taskbound import (
    Database,
    Failure,
    ForeignKeyViolation,
    NotNullViolation,
    Repository,
    RowRefused,
    Service,
    UnfitValues,
    UniqueViolation,
)
from taskbound.web import problem_of
from tests.patterns.drivers import SQLITE
from tests.repository.models import Base, Book, BookRead, Books, Copies, Copy

on_sqlite = pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)


class Shelf(Base):
    """Stands on another one."""

    __tablename__ = "shelves"

    id: Mapped[int] = mapped_column(primary_key=True)
    below_id: Mapped[int | None] = mapped_column(ForeignKey("shelves.id"))


async def ids(database: Database) -> list[int]:
    async with database.session() as session:
        return list(await session.scalars(select(Book.id).order_by(Book.id)))


async def test_an_update_that_is_refused_is_answered_with_its_row(library: Database) -> None:
    rows = [{"id": 1, "year": 1}, {"id": 2, "title": "Piranesi"}]
    async with library.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await Books(session).update_many(rows)
        years = list(await session.scalars(select(Book.year).order_by(Book.id)))
    problem = problem_of(caught.value)

    assert years == [1815, 1922, 2001, 2020]
    assert isinstance(caught.value.refusal, UniqueViolation)
    assert problem is not None
    assert (problem.status, problem.detail[:7]) == (409, "Row 1: ")
    assert problem.document()["errors"] == [
        {"row": 1, "field": "title", "detail": "has a value that is taken already"}
    ]


async def test_an_update_with_a_value_that_cannot_be_is_unprocessable(library: Database) -> None:
    async with library.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await Books(session).update_many([{"id": 1, "year": 1}, {"id": 2, "year": None}])
    problem = problem_of(caught.value)

    assert isinstance(caught.value.refusal, NotNullViolation)
    assert problem is not None
    assert problem.status == 422
    assert problem.document()["errors"] == [
        {"row": 1, "field": "year", "detail": "must have a value"}
    ]


@pytest.mark.parametrize("returning", [None, BookRead])
async def test_a_row_that_others_lead_to_is_named_and_none_is_deleted(
    library: Database, returning: Any
) -> None:
    async with library.begin() as session:
        books = Books(session)
        with pytest.raises(RowRefused) as caught:
            await books.delete_many([4, 99, 3, 1, 2], returning=returning)
        await books.delete(4)

    error = caught.value
    assert await ids(library) == [1, 2, 3]
    assert (error.row, error.change, error.model) == (3, "delete", "Book")
    assert isinstance(error.refusal, ForeignKeyViolation)
    assert (error.refusal.change, error.__cause__) == ("delete", error.refusal)


@on_sqlite
async def test_its_message_says_that_none_was_deleted(library: Database) -> None:
    async with library.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await Books(session).delete_many([4, 1])

    assert str(caught.value) == (
        "row 1 for Book, counted from 0, was refused: the foreign key would lead to no row; none of the rows "
        "was deleted; leave it out (TB604, docs/errors/TB604.md)"
    )


async def test_a_row_that_others_lead_to_is_a_conflict(library: Database) -> None:
    async with library.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await Books(session).delete_many([4, 1])
    problem = problem_of(caught.value)

    assert problem is not None
    assert (problem.status, problem.kind) == (409, "conflict")
    assert problem.detail == (
        "Row 1: Other data refers to it, or it refers to what is not there. Nothing was saved."
    )


async def test_rows_that_lead_to_each_other_go_together(library: Database) -> None:
    async with library.begin() as session:
        session.add_all([Shelf(id=1), Shelf(id=3)])
        await session.flush()
        session.add_all([Shelf(id=4, below_id=3), Shelf(id=5, below_id=1)])
    async with library.begin() as session:
        shelves = Repository[Shelf](session)
        with pytest.raises(ForeignKeyViolation) as caught:
            await shelves.delete_many([4, 1])
        left = await shelves.count()

    assert (caught.value.change, left) == ("delete", 4)


async def test_a_key_of_several_columns_names_its_row(library: Database) -> None:
    async with library.begin() as session:
        assert await Copies(session).delete_many([(1, 3), (1, 9), {"book_id": 1, "number": 1}]) == 2
        with pytest.raises(UnfitValues, match="is named by what is no key of it"):
            await Copies(session).delete_many([(1, 2), 1])

    async with library.session() as session:
        assert list(await session.scalars(select(Copy.number))) == [2]


async def test_what_the_session_holds_of_them_can_be_deleted_after_an_error(
    library: Database,
) -> None:
    async with library.begin() as session:
        emma = await session.get_one(Book, 1)
        with pytest.raises(RowRefused):
            await Books(session).delete_many([4, 1])
        await session.refresh(emma)

        assert emma.title == "Emma"


async def test_the_rules_tell_it_in_their_words(library: Database) -> None:
    class Desk(Service[Book]):
        def instead_of(self, error: Failure, *, values: Any, key: Any) -> Exception:
            assert (values, key) == (None, None)
            match error:
                case RowRefused(row=row, refusal=ForeignKeyViolation(change="delete")):
                    return LookupError(f"there are copies of number {row}")
                case RowRefused(row=row, field="title"):
                    return LookupError(f"number {row} has a title that is taken")
            return error

    async with library.begin() as session:
        desk = Desk(session)
        with pytest.raises(LookupError, match="there are copies of number 2"):
            await desk.delete_many([4, 3, 1])
        with pytest.raises(LookupError, match="number 1 has a title that is taken"):
            await desk.update_many([{"id": 3, "year": 1}, {"id": 4, "title": "Emma"}])

    assert await ids(library) == [1, 2, 3, 4]


async def test_a_delete_takes_a_savepoint_where_an_error_ends_the_transaction(
    library: Database, driver: str, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine.Engine")
    async with Database(database_url) as logged, logged.begin() as session:
        await session.execute(select(Book.id))
        caplog.clear()
        await Books(session).delete_many([3, 4])
        said = [record.getMessage().partition(" ")[0] for record in caplog.records]

    verbs = [verb for verb in said if verb in {"SAVEPOINT", "DELETE", "RELEASE", "ROLLBACK"}]
    is_ended = driver.startswith("postgresql")
    assert verbs == (["SAVEPOINT", "DELETE", "RELEASE"] if is_ended else ["DELETE"])
