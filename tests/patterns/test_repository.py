"""Repositories and a service share one session, and their caller commits."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from taskbound import Database, TaskSession
from tests.patterns.committed import committed_titles
from tests.patterns.lending import Lending, OutOfStock, Repository
from tests.patterns.models import Book, Review


async def stock(library: Database) -> tuple[int | None, int | None]:
    """How many copies and how many reviews are committed."""
    async with library.session() as session:
        return (
            await session.scalar(select(func.sum(Book.copies))),
            await session.scalar(select(func.count(Review.id))),
        )


async def test_a_repository_adds_gets_lists_and_deletes(session: TaskSession) -> None:
    books = Repository(session, Book)
    added = await books.add(Book(title="Mist", author_id=1))

    assert added is await books.get(added.id)
    assert 4 == len(await books.list())
    await books.delete(added)
    assert None is await books.get(added.id)


async def test_a_repository_commits_nothing_by_itself(library: Database) -> None:
    async with library.session() as session:
        await Repository(session, Book).add(Book(title="Mist", author_id=1))

        assert ["Dawn", "Dusk", "Noon"] == await committed_titles(library)
        await session.rollback()


async def test_what_one_repository_adds_another_one_sees(session: TaskSession) -> None:
    lending = Lending(session)
    book = await lending.books.add(Book(title="Mist", author_id=1))

    assert "Ada" == (await book.awaitable_attrs.author).name
    assert 2 == len(await lending.authors.list())


async def test_a_service_changes_all_its_tables_in_one_transaction(library: Database) -> None:
    async with library.begin() as session:
        await Lending(session).lend(1, stars=4)

    assert (3, 4) == await stock(library)


async def test_a_service_that_fails_halfway_changes_nothing(library: Database) -> None:
    with pytest.raises(OutOfStock, match="Dusk"):
        async with library.begin() as session:
            await Lending(session).lend(1, stars=4)
            await Lending(session).lend(2, stars=1)

    assert (4, 3) == await stock(library)
