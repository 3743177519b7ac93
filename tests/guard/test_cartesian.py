"""Tables of one statement that nothing joins (FM-17)."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, exists, insert, select, true, update
from sqlalchemy.exc import SAWarning
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from taskbound import CartesianProduct, Database, Finding, TaskSession, subscribe
from tests.here import here
from tests.library import Author, Base, Book, Review

PRODUCT = select(Author.id).where(Book.title == "Notes")


@pytest.fixture
async def shelf() -> AsyncIterator[Database]:
    async with Database("sqlite+aiosqlite://") as database:
        await database.create_all(Base.metadata)
        yield database


@pytest.fixture
def found() -> Iterator[list[Finding]]:
    seen: list[Finding] = []
    stop = subscribe(seen.append, Finding)
    yield seen
    stop()


async def test_plain_sqlalchemy_warns_and_goes_on(shelf: Database) -> None:
    engine = create_async_engine(shelf.engine.url)
    async with AsyncSession(engine) as session:
        with pytest.warns(SAWarning, match="cartesian product between FROM element"):
            await session.execute(PRODUCT)
    await engine.dispose()


async def test_a_product_is_reported_with_its_tables_and_its_line(
    shelf: Database, found: list[Finding]
) -> None:
    async with shelf.session() as session:
        line = here(+1)
        await session.execute(PRODUCT)

    assert [str(finding.error) for finding in found] == [
        f"the SELECT at {line} pairs every row of author with every row of book, since nothing joins "
        "them; join them, or say that it is meant: .join(..., true()) (TB206, docs/errors/TB206.md)"
    ]


async def test_a_statement_that_was_compiled_before_is_not_looked_at(
    shelf: Database, found: list[Finding]
) -> None:
    async with shelf.session() as session:
        for _ in range(3):
            await session.execute(PRODUCT)

    assert [finding.count for finding in found] == [1]


async def test_it_may_be_refused(shelf: Database) -> None:
    async with shelf.session(guard={"TB206": "raise"}) as session:
        for _ in range(2):
            with pytest.raises(CartesianProduct) as caught:
                await session.execute(PRODUCT)

    assert (caught.value.joined, caught.value.others) == (("author",), ("book",))


@pytest.mark.parametrize("guard", [False, {"TB206": "off"}])
async def test_turned_off_it_is_sqlalchemys_warning(
    shelf: Database, found: list[Finding], guard: Any
) -> None:
    async with shelf.session(guard=guard) as session:
        with pytest.warns(SAWarning, match="cartesian product"):
            await session.execute(PRODUCT)

    assert found == []


async def test_a_plain_session_on_the_same_engine_has_sqlalchemys_warning(
    shelf: Database, found: list[Finding]
) -> None:
    async with AsyncSession(shelf.engine) as session:
        with pytest.warns(SAWarning, match="cartesian product"):
            await session.execute(PRODUCT)

    assert found == []


async def test_a_connection_of_your_own_is_looked_at_too(
    shelf: Database, found: list[Finding]
) -> None:
    async with shelf.engine.connect() as connection:
        await connection.execute(PRODUCT)

    assert [finding.code for finding in found] == ["TB206"]


async def test_a_factory_of_your_own_reports_it(shelf: Database, found: list[Finding]) -> None:
    engine = create_async_engine(shelf.engine.url)
    async with async_sessionmaker(engine, class_=TaskSession)() as session:
        await session.execute(PRODUCT)
    await engine.dispose()

    assert [finding.code for finding in found] == ["TB206"]


async def test_a_subquery_is_looked_at_by_itself(shelf: Database, found: list[Finding]) -> None:
    inner = select(Author.id, Book.title).subquery("inner_one")
    async with shelf.session() as session:
        await session.execute(select(inner).join(Review, Review.book_id == inner.c.id))

    assert [finding.error.args[0].split(" pairs ")[1][:45] for finding in found] == [
        "every row of author with every row of book, s"
    ]


async def test_changes_are_looked_at_too(shelf: Database, found: list[Finding]) -> None:
    async with shelf.session(guard={"TB206": "observe"}) as session:
        await session.execute(
            update(Author).where(Book.title == "Notes").values(name="x"),
            execution_options={"synchronize_session": False},
        )

    assert [str(finding.error)[:10] for finding in found] == ["the UPDATE"]


@pytest.mark.parametrize(
    "statement",
    [
        select(Author.id).join(Author.books).where(Book.title == "x"),
        select(Author.id, Book.id).join(Book, true()),
        select(Author.id).where(Author.id == Book.author_id),
        select(Author.id).where(exists().where(Book.author_id == Author.id)),
        select(Author.id).where(Author.id.in_(select(Book.author_id))),
        select(Author.id, select(Book.id).where(Book.author_id == Author.id).scalar_subquery()),
        update(Author).where(Author.id == 1).values(name="x"),
        delete(Book).where(Book.author_id.in_(select(Author.id))),
        insert(Author).values(id=1, name="x"),
    ],
    ids=str,
)
async def test_what_is_joined_is_left_alone(
    shelf: Database, found: list[Finding], statement: object
) -> None:
    async with shelf.session() as session:
        await session.execute(statement)  # type: ignore[call-overload]  # any of them
        await session.rollback()

    assert found == []


async def test_filters_of_warnings_are_left_alone(shelf: Database, found: list[Finding]) -> None:
    before = list(warnings.filters)
    async with shelf.session() as session:
        await session.execute(PRODUCT)

    assert warnings.filters == before
    assert len(found) == 1


@dataclass
class AuthorRead:
    id: int


async def test_a_projection_is_looked_at_too(shelf: Database, found: list[Finding]) -> None:
    async with shelf.session() as session:
        line = here(+1)
        await session.project(AuthorRead, select(Author).where(Book.title == "Notes")).all()

    assert [finding.code for finding in found] == ["TB206"]
    assert str(found[0].place) == line
