"""Streams: the same DTOs as `all()`, a portion at a time, and a pool that is clean afterwards."""

from __future__ import annotations

import tracemalloc
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Integer, func, insert, make_url, select, true, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column, relationship

from taskbound import Database, ProjectionQuery, UnfitPage
from taskbound.driver import driver_of
from taskbound.read.asked import Asked
from taskbound.read.pool_source import PoolSource
from tests.library import Author, Book
from tests.read.authors import AUTHORS, CHILDREN, MANY, AuthorName, AuthorRead, fill, settled


@pytest.fixture
async def library(database: Database) -> Database:
    """Forty authors; each but every third has two books."""
    await fill(database)
    return database


@CHILDREN
@pytest.mark.parametrize("size", [1, 7, MANY, 1000])
async def test_a_stream_has_the_rows_of_all(library: Database, children: Any, size: int) -> None:
    query = library.project(AuthorRead, AUTHORS, children=children)

    streamed = [author async for author in query.stream(size=size)]

    assert await query.all() == streamed
    assert MANY == len(streamed)
    assert 0 == library.statistics().checked_out


@CHILDREN
async def test_a_session_streams_outside_a_transaction(library: Database, children: Any) -> None:
    async with library.session() as session:
        query = session.project(AuthorRead, AUTHORS, children=children)
        streamed = [author async for author in query.stream(size=7)]

        assert not session.in_transaction()
        assert await query.all() == streamed


@CHILDREN
async def test_a_stream_in_a_transaction_has_what_was_flushed(
    library: Database, children: Any
) -> None:
    async with library.begin() as session:
        session.add(Author(id=100, name="Eve", books=[Book(title="Noon")]))
        query = session.project(AuthorRead, AUTHORS, children=children)
        streamed = [author async for author in query.stream(size=7)]

        assert await query.all() == streamed
        assert ("Eve", ["Noon"]) == (
            streamed[-1].name,
            [book.title for book in streamed[-1].books],
        )
    assert 0 == library.statistics().checked_out


async def test_an_empty_stream_ends_at_once(library: Database) -> None:
    nobody = AUTHORS.where(Author.id < 0)

    assert [] == [author async for author in library.project(AuthorRead, nobody).stream()]


@CHILDREN
async def test_a_session_reads_and_writes_between_two_rows(
    library: Database, children: Any
) -> None:
    async with library.begin() as session:
        query = session.project(AuthorRead, AUTHORS, children=children)
        before = await query.all()
        streamed = []
        async for author in query.stream(size=3):
            streamed.append(author)
            found = await session.project(AuthorRead, AUTHORS).get_one(author.id)
            assert author.books == found.books
            await session.execute(
                update(Author).where(Author.id == author.id + 1).values(name=f"{author.id}")
            )

        assert before == streamed
        assert "1" == (await session.get_one(Author, 2)).name


async def test_two_streams_of_a_session_go_side_by_side(library: Database) -> None:
    async with library.begin() as session:
        first = session.project(AuthorName, AUTHORS).stream(size=3)
        second = session.project(AuthorName, AUTHORS).stream(size=4)
        together = [(one.id, (await anext(second)).id) async for one in first]

    assert [(number, number) for number in range(1, MANY + 1)] == together


async def test_the_collections_of_a_stream_are_of_its_first_moment(library: Database) -> None:
    query = library.project(AuthorRead, AUTHORS, children="batch")
    before = await query.all()

    streamed = []
    async for author in query.stream(size=1):
        streamed.append(author)
        if len(streamed) == 1:
            async with library.begin() as session:
                session.add(Book(title="Late", author_id=2))

    assert before == streamed
    assert ["Dawn 2", "Dusk 2", "Late"] == sorted(
        book.title for book in (await query.get_one(2)).books
    )


@pytest.mark.parametrize("size", [0, -1, 100_001])
async def test_a_size_that_cannot_be_is_refused(library: Database, size: int) -> None:
    with pytest.raises(UnfitPage) as caught:
        library.project(AuthorRead, AUTHORS).stream(size=size)

    assert str(caught.value) == (
        f"a stream cannot fetch {size} rows at a time; give it a size from 1 to 100000 "
        "(TB510, docs/errors/TB510.md)"
    )


async def test_a_statement_that_is_refused_raises_and_leaves_the_pool_clean(
    library: Database,
) -> None:
    refused = AUTHORS.where(func.there_is_no_such_function(Author.id) == 1)

    with pytest.raises(DBAPIError, match="there_is_no_such_function"):
        await anext(library.project(AuthorRead, refused).stream())

    assert 0 == library.statistics().checked_out


async def test_a_statement_that_is_refused_in_a_transaction_leaves_the_session_usable(
    library: Database,
) -> None:
    refused = AUTHORS.where(func.there_is_no_such_function(Author.id) == 1)

    async with library.session() as session:
        await session.begin()
        with pytest.raises(DBAPIError, match="there_is_no_such_function"):
            await anext(session.project(AuthorRead, refused).stream())
        await session.rollback()

        assert MANY == await session.project(AuthorRead, AUTHORS).count()


async def test_a_stream_leaves_the_isolation_of_its_connection_as_it_was(
    database_url: str,
) -> None:
    async with Database(database_url, pool_size=1) as database:
        await fill(database)
        async with database.engine.connect() as connection:
            before = await connection.get_isolation_level()
        async for _ in database.project(AuthorRead, AUTHORS, children="batch").stream():
            pass
        async with database.engine.connect() as connection:
            assert before == await connection.get_isolation_level()


@CHILDREN
async def test_an_engine_in_autocommit_streams(database_url: str, children: Any) -> None:
    async with Database(database_url, isolation_level="AUTOCOMMIT", pool_size=2) as database:
        await fill(database)
        query = database.project(AuthorRead, AUTHORS, children=children)
        streamed = [author async for author in query.stream(size=3)]
        async with database.begin() as session:
            inside = session.project(AuthorRead, AUTHORS, children=children)
            streamed_inside = [author async for author in inside.stream(size=3)]

        assert await query.all() == streamed == streamed_inside
        assert 0 == database.statistics().checked_out


# SQLAlchemy's form of psycopg has a way of its own to open such a cursor.
@pytest.mark.parametrize(
    "driver",
    ["sqlite+aiosqlite", "postgresql+asyncpg", "mysql+aiomysql", "mysql+asyncmy"],
    indirect=True,
)
@CHILDREN
async def test_a_driver_of_others_streams(library: Database, children: Any) -> None:
    source = PoolSource(library.engine.sync_engine, None)
    query: ProjectionQuery[AuthorRead] = ProjectionQuery(
        source, Asked.of(AuthorRead, AUTHORS, children, {})
    )

    streamed = [author async for author in query.stream(size=3)]
    async for author in query.stream(size=3):
        assert streamed[0] == author
        break
    await settled()

    assert await query.all() == streamed
    assert 0 == library.statistics().checked_out


class Measured(DeclarativeBase):
    pass


class Gauge(Measured):
    __tablename__ = "gauge"

    id: Mapped[int] = mapped_column(primary_key=True)
    measures: Mapped[list[Measure]] = relationship(
        primaryjoin="Gauge.id == foreign(Measure.gauge_id)"
    )


class Measure(Measured):
    __tablename__ = "measure"

    id: Mapped[int] = mapped_column(primary_key=True)
    gauge_id: Mapped[int] = mapped_column(Integer, index=True)


class GaugeRead(NamedTuple):
    id: int


class GaugeWithMeasures(NamedTuple):
    id: int
    measures: list[GaugeRead]


async def fill_gauges(database: Database, seed: int) -> None:
    """Make `seed` gauges and as many again as there are pairs of them, and measures of each tenth."""
    await database.create_all(Measured.metadata)
    other = aliased(Gauge)
    ids = select(Gauge.id * 1000 + other.id).select_from(Gauge).join(other, true())
    measured = select(Gauge.id, Gauge.id).where(Gauge.id % 10 == 0)
    async with database.begin() as session:
        await session.execute(insert(Gauge), [{"id": number} for number in range(1, seed + 1)])
        await session.execute(insert(Gauge).from_select(["id"], ids))
        await session.execute(insert(Measure).from_select(["id", "gauge_id"], measured))


# All DTOs of the one take 9 MiB, of the other 5.
@pytest.mark.parametrize(
    ("dto", "seed", "mebibytes"), [(GaugeRead, 250, 4), (GaugeWithMeasures, 150, 3)]
)
@pytest.mark.parametrize("in_transaction", [False, True], ids=["alone", "in_transaction"])
async def test_memory_does_not_grow_with_the_rows(
    database: Database, dto: type[Any], seed: int, mebibytes: int, *, in_transaction: bool
) -> None:
    await fill_gauges(database, seed)
    async with database.session() as session:
        if in_transaction:
            await session.begin()
        query = session.project(dto, select(Gauge).order_by(Gauge.id), children="batch")
        tracemalloc.start()
        try:
            rows = 0
            async for _ in query.stream(size=200):
                rows += 1
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert seed * (seed + 1) == rows
    assert peak < mebibytes * 2**20


def test_both_names_of_psycopg_stream_alike() -> None:
    alias = driver_of(make_url("postgresql+psycopg_async://localhost/shop"))

    assert alias is driver_of(make_url("postgresql+psycopg://localhost/shop"))
