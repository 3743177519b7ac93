"""Every session that comes of a database has its filters."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import Session, sessionmaker

from taskbound import (
    Database,
    Filters,
    FiltersLeftOut,
    PastFilter,
    TaskSession,
    call,
    subscribe,
)
from tests.filters.dtos import BookRow
from tests.filters.models import Book

OWN = [11, 12, 13]


async def books_of(session: TaskSession) -> list[int]:
    entities = [book.id for book in await session.scalars(select(Book).order_by(Book.id))]
    assert entities == [book.id for book in await session.project(BookRow, Book).all()]
    return entities


async def test_a_block_has_them(db: Database) -> None:
    async with db.begin() as session:
        assert await books_of(session) == OWN
    async with db.begin(read_only=True) as session:
        assert await books_of(session) == OWN


async def test_a_function_that_is_run_has_them(db: Database) -> None:
    assert await db.run(books_of) == OWN
    assert await db.transactional(books_of)() == OWN


@pytest.mark.parametrize("snapshot", [False, True])
async def test_the_tasks_of_a_group_have_them(db: Database, snapshot: bool) -> None:
    async with db.task_group(snapshot=snapshot) as group:
        tasks = [group.create_task(books_of) for _ in range(3)]

    assert [task.result() for task in tasks] == [OWN] * 3
    assert await db.gather(call(books_of), books_of, snapshot=snapshot) == (OWN, OWN)


async def test_the_tasks_of_a_group_that_writes_have_them(db: Database) -> None:
    async with db.task_group(read_only=False) as group:
        task = group.create_task(books_of)

    assert task.result() == OWN


async def test_the_factory_has_them(db: Database) -> None:
    async with db.sessionmaker() as session:
        assert await books_of(session) == OWN
    async with db.sessionmaker.begin() as session:
        assert await books_of(session) == OWN


async def test_what_is_done_after_a_commit_has_them(db: Database) -> None:
    seen: list[list[int]] = []

    async def look(session: TaskSession) -> None:
        seen.append(await books_of(session))

    async with db.begin() as session:
        session.after_commit(look)

    assert seen == [OWN]


async def test_a_factory_of_ones_own_takes_them(library: Database) -> None:
    sessions = async_sessionmaker(library.engine, class_=TaskSession, filters=Filters(tenant=1))

    async with sessions() as session:
        assert await books_of(session) == OWN


@pytest.mark.parametrize("guard", [True, False])
async def test_a_factory_of_synchronous_sessions_takes_them(library: Database, guard: bool) -> None:
    class Own(Session):
        pass

    def made(**options: Any) -> Own:
        return Own(**options)

    for base in (Own, sessionmaker(class_=Own), made):
        filters = Filters(tenant=1)
        session = TaskSession(
            library.engine,
            guard=guard,
            sync_session_class=base,  # type: ignore[arg-type]  # SQLAlchemy calls it
            filters=filters,
        )
        async with session:
            assert isinstance(session.sync_session, Own)
            assert await books_of(session) == OWN


async def test_a_session_says_what_it_was_given(library: Database) -> None:
    async with library.filtered(tenant=1).unfiltered("soft_delete").session() as session:
        assert dict(session.filters.values) == {"tenant": 1}
        assert session.filters.off == {"soft_delete"}
    async with library.session(filters=Filters(tenant=2)) as session:
        assert await books_of(session) == [21, 22, 23]


async def test_databases_of_two_tenants_share_the_pool_and_nothing_else(
    library: Database,
) -> None:
    one, two = library.filtered(tenant=1), library.filtered(tenant=2)

    found = await asyncio.gather(*(db.run(books_of) for db in (one, two) * 5))

    assert found == [OWN, [21, 22, 23]] * 5
    assert one.engine is two.engine is library.engine
    with pytest.raises(PastFilter):
        await library.run(books_of)


async def test_whoever_leaves_filters_out_is_told_of(db: Database) -> None:
    told: list[FiltersLeftOut] = []
    stop = subscribe(told.append, FiltersLeftOut)
    audit = db.unfiltered("tenant", "soft_delete")
    async with audit.session(), db.session() as session:
        session.project(BookRow, Book).unfiltered("soft_delete")
        audit.project(BookRow, Book)
        db.project(BookRow, Book)
    stop()

    both = ("soft_delete", "tenant")
    assert [found.filters for found in told] == [both, ("soft_delete",), both]
    place = "test_whoever_leaves_filters_out_is_told_of"
    assert [found.place and found.place.function for found in told] == [place] * 3


async def test_a_value_takes_the_place_of_another(library: Database) -> None:
    db = library.filtered(tenant=1)

    assert await db.filtered(tenant=2).run(books_of) == [21, 22, 23]
    assert await db.filtered(other=2).run(books_of) == OWN


async def test_none_is_no_value(db: Database) -> None:
    with pytest.raises(PastFilter, match="has no value here"):
        await db.filtered(tenant=None).run(books_of)
