"""A relationship that is loaded for one object after the other (FM-17)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from taskbound import Database, Finding, RepeatedLoad, TaskSession, subscribe
from tests.here import here
from tests.library import Author, Book

EVERY = select(Author).order_by(Author.id)


@pytest.fixture
async def crowd(sqlite_library: str) -> AsyncIterator[Database]:
    async with Database(sqlite_library) as database:
        async with database.begin() as session:
            session.add_all(
                [
                    Author(id=key, name=f"Author {key}", books=[Book(title=f"Book {key}")])
                    for key in range(2, 10)
                ]
            )
        yield database


@pytest.fixture
def found() -> Iterator[list[Finding]]:
    seen: list[Finding] = []
    stop = subscribe(seen.append, Finding)
    yield seen
    stop()


async def test_the_fifth_load_of_a_loop_is_a_finding(crowd: Database, found: list[Finding]) -> None:
    async with crowd.session() as session:
        for author in await session.scalars(EVERY):
            await author.awaitable_attrs.books
            line = here(-1)

    assert [str(one.error) for one in found] == [
        f"Author.books was loaded 5 times at {line}, for one object after the other; load it with "
        "the objects: .options(selectinload(Author.books)), or read a DTO that has it: "
        "session.project(...) (TB205, docs/errors/TB205.md)"
    ]


async def test_a_loop_inside_run_sync_is_found(crowd: Database, found: list[Finding]) -> None:
    def titles(session: Session) -> list[str]:
        return [book.title for author in session.scalars(EVERY) for book in author.books]

    async with crowd.session() as session:
        await session.run_sync(titles)

    assert [(one.code, getattr(one.error, "count", 0)) for one in found] == [("TB205", 5)]


async def test_a_loop_of_refreshes_is_found(crowd: Database, found: list[Finding]) -> None:
    async with crowd.session() as session:
        for author in await session.scalars(EVERY):
            await session.refresh(author, ["books"])

    assert [one.code for one in found] == ["TB205"]


async def test_a_loop_to_the_other_side_is_found(crowd: Database, found: list[Finding]) -> None:
    async with crowd.session() as session:
        for book in (await session.scalars(select(Book).where(Book.id > 2))).all():
            await book.awaitable_attrs.author

    assert [str(one.error)[:31] for one in found] == ["Book.author was loaded 5 times "]


async def test_the_load_may_be_refused(crowd: Database) -> None:
    async with crowd.session(guard={"TB205": "raise"}) as session:
        authors = (await session.scalars(EVERY)).all()
        for author in authors[:4]:
            await author.awaitable_attrs.books
        with pytest.raises(RepeatedLoad):
            await _load_each(authors)


async def _load_each(authors: Sequence[Author]) -> None:
    for author in authors:
        await author.awaitable_attrs.books


async def loaded_together(session: TaskSession) -> None:
    for author in await session.scalars(EVERY.options(selectinload(Author.books))):
        await author.awaitable_attrs.books


async def four(session: TaskSession) -> None:
    for author in (await session.scalars(EVERY.limit(4))).all():
        await author.awaitable_attrs.books


async def a_transaction_each(session: TaskSession) -> None:
    for author in (await session.scalars(EVERY)).all():
        await author.awaitable_attrs.books
        await session.commit()


async def held_already(session: TaskSession) -> None:
    held = (await session.scalars(EVERY)).all()
    for book in (await session.scalars(select(Book))).all():
        await book.awaitable_attrs.author
    assert len(held) == 9


async def columns(session: TaskSession) -> None:
    for author in (await session.scalars(EVERY)).all():
        await session.refresh(author)


@pytest.mark.parametrize("work", [loaded_together, four, a_transaction_each, held_already, columns])
async def test_what_is_no_loop_of_loads_is_silent(
    crowd: Database, found: list[Finding], work: object
) -> None:
    async with crowd.session() as session:
        await work(session)  # type: ignore[operator]  # one of the functions above

    assert found == []
