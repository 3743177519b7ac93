"""Results that are read while the database still produces them."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import joinedload, selectinload

from taskbound import Database, TaskSession
from tests.patterns.models import Author, Book, Review

TITLES = select(Book.title).order_by(Book.id)
MANY = 250


async def test_rows_are_streamed(session: TaskSession) -> None:
    result = await session.stream(select(Book.id, Book.title).order_by(Book.id))

    assert [(1, "Dawn"), (2, "Dusk"), (3, "Noon")] == [tuple(row) async for row in result]


async def test_objects_are_streamed_with_what_the_model_loads_always(session: TaskSession) -> None:
    books = await session.stream_scalars(select(Book).order_by(Book.id))

    assert [("Dawn", 2), ("Dusk", 1), ("Noon", 0)] == [
        (book.title, len(book.tags)) async for book in books
    ]


async def test_objects_are_streamed_with_their_collections(session: TaskSession) -> None:
    authors = await session.stream_scalars(
        select(Author).options(selectinload(Author.books)).order_by(Author.id)
    )

    assert [("Ada", 2), ("Bob", 1)] == [
        (author.name, len(author.books)) async for author in authors
    ]


async def test_joined_collections_are_streamed_unique(session: TaskSession) -> None:
    authors = await session.stream_scalars(
        select(Author).options(joinedload(Author.books)).order_by(Author.id)
    )

    assert ["Ada", "Bob"] == [author.name async for author in authors.unique()]


async def test_a_long_result_comes_in_portions(session: TaskSession) -> None:
    await session.execute(insert(Review), [{"book_id": 1, "stars": 1} for _ in range(MANY)])
    result = await session.stream_scalars(
        select(Review).order_by(Review.id), execution_options={"yield_per": 100}
    )

    sizes = [len(portion) async for portion in result.partitions()]

    assert [100, 100, 53] == sizes


async def test_a_session_works_on_between_two_streams(session: TaskSession) -> None:
    async for title in await session.stream_scalars(TITLES):
        last = title
    book = await session.scalar(select(Book).where(Book.title == last))

    assert book is not None
    assert "Noon" == book.title


async def test_one_one_or_none_first_and_all_work_on_a_stream(session: TaskSession) -> None:
    by_title = select(Book.id).where(Book.title == "Noon")

    assert 3 == await (await session.stream_scalars(by_title)).one()
    assert 3 == await (await session.stream_scalars(by_title)).one_or_none()
    assert 3 == await (await session.stream_scalars(by_title)).first()
    assert [3] == await (await session.stream_scalars(by_title)).all()


async def test_fetchmany_and_mappings_work_on_a_stream(session: TaskSession) -> None:
    result = await session.stream(select(Book.title).order_by(Book.id))

    assert [{"title": "Dawn"}] == [dict(row) for row in await result.mappings().fetchmany(1)]
    assert [{"title": "Dusk"}, {"title": "Noon"}] == [
        dict(row) for row in await result.mappings().all()
    ]


async def test_a_stream_that_is_left_early_leaves_the_pool_clean(library: Database) -> None:
    async with library.session() as session:
        async for title in await session.stream_scalars(TITLES):
            assert "Dawn" == title
            break

    assert 0 == library.statistics().checked_out
    async with library.session() as session:
        assert ["Dawn", "Dusk", "Noon"] == (await session.scalars(TITLES)).all()


async def test_a_stream_that_is_closed_early_leaves_the_session_usable(
    session: TaskSession,
) -> None:
    result = await session.stream_scalars(TITLES)
    first = await result.fetchmany(1)
    await result.close()

    assert ["Dawn"] == first
    assert "Dawn" == await session.scalar(TITLES.limit(1))


async def test_an_error_inside_a_stream_rolls_back_and_leaves_the_pool_clean(
    library: Database,
) -> None:
    with pytest.raises(LookupError):
        async with library.begin() as session:
            async for _ in await session.stream_scalars(TITLES):
                raise LookupError

    assert 0 == library.statistics().checked_out


async def test_a_connection_streams_without_a_session(library: Database) -> None:
    async with library.engine.connect() as connection, connection.stream_scalars(TITLES) as result:
        assert ["Dawn", "Dusk", "Noon"] == [title async for title in result]


async def test_an_own_engine_streams(own_sessions: async_sessionmaker[TaskSession]) -> None:
    async with own_sessions() as session:
        titles = await session.stream_scalars(TITLES.execution_options(yield_per=2))

        assert ["Dawn", "Dusk", "Noon"] == [title async for title in titles]
