"""A session class of the program's own keeps its behaviour, and is guarded as well."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

from taskbound import Database, LazyRelationship, OverlappingOperations, SessionClosed, TaskSession
from tests.patterns.drivers import SQLITE
from tests.patterns.models import Author, Base, Publisher


class Counting(Session):
    """Counts its flushes and greets, by overriding and by adding."""

    flushes = 0

    def flush(self, objects: Any = None) -> None:
        self.flushes += 1
        super().flush(objects)

    def greet(self) -> str:
        return f"{len(self.query(Author).all())} authors"


class CountingTaskSession(TaskSession):
    """A subclass that names its synchronous class, as SQLAlchemy's documentation shows."""

    sync_session_class = Counting


@pytest.fixture(params=["argument", "attribute"])
async def counting(request: pytest.FixtureRequest, library: Database) -> AsyncIterator[TaskSession]:
    """A session over `Counting`, which is named in each of the two ways."""
    sessions: async_sessionmaker[Any] = (
        async_sessionmaker(library.engine, class_=TaskSession, sync_session_class=Counting)
        if request.param == "argument"
        else async_sessionmaker(library.engine, class_=CountingTaskSession)
    )
    async with sessions() as session:
        yield session


async def test_the_session_names_the_class_that_it_was_given(counting: TaskSession) -> None:
    assert counting.sync_session_class is Counting


async def test_methods_that_it_overrides_are_called(counting: TaskSession) -> None:
    counting.add(Author(name="Cy"))
    await counting.flush()
    await counting.commit()

    assert isinstance(counting.sync_session, Counting)
    assert counting.sync_session.flushes > 0


async def test_methods_that_it_adds_are_there(counting: TaskSession) -> None:
    assert isinstance(counting.sync_session, Counting)
    assert "2 authors" == await counting.run_sync(lambda sync: sync.greet())  # type: ignore[attr-defined]


async def test_it_refuses_an_unloaded_relation(counting: TaskSession) -> None:
    author = await counting.get_one(Author, 1)

    with pytest.raises(LazyRelationship):
        _ = author.books


async def test_it_refuses_two_tasks(counting: TaskSession) -> None:
    await counting.connection()

    results = await asyncio.gather(
        *(counting.scalar(select(Author.id).order_by(Author.id)) for _ in range(2)),
        return_exceptions=True,
    )

    assert [OverlappingOperations] == [type(error) for error in results if error != 1]


async def test_it_refuses_use_after_close(counting: TaskSession) -> None:
    await counting.close()

    with pytest.raises(SessionClosed):
        await counting.get(Author, 1)


class Routed(Session):
    """Writes to one database and reads from another, as SQLAlchemy's documentation shows."""

    engines: dict[str, Engine]

    def get_bind(self, *_: Any, clause: Any = None, **__: Any) -> Engine:
        writes = self._flushing or isinstance(clause, UpdateBase)
        return self.engines["writer" if writes else "reader"]


@pytest.fixture
async def engines(tmp_path: Path) -> AsyncIterator[dict[str, AsyncEngine]]:
    """Two databases with the tables of the library."""
    opened = {
        name: create_async_engine(f"{SQLITE['aiosqlite']}:///{tmp_path / name}.sqlite")
        for name in ("reader", "writer")
    }
    for engine in opened.values():
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
    yield opened
    for engine in opened.values():
        await engine.dispose()


@pytest.fixture
def routed(engines: dict[str, AsyncEngine]) -> async_sessionmaker[TaskSession]:
    """A factory that routes between the two."""
    routes = type(
        "Routes", (Routed,), {"engines": {key: one.sync_engine for key, one in engines.items()}}
    )
    return async_sessionmaker(class_=TaskSession, sync_session_class=routes)


async def test_get_bind_routes_writes_and_reads(
    routed: async_sessionmaker[TaskSession], engines: dict[str, AsyncEngine]
) -> None:
    async with routed.begin() as session:
        session.add(Author(name="Cy"))

    async with routed() as session, TaskSession(engines["writer"]) as writer:
        assert None is await session.scalar(select(Author.name))
        assert "Cy" == await writer.scalar(select(Author.name))


async def test_a_routed_session_is_guarded(
    routed: async_sessionmaker[TaskSession], engines: dict[str, AsyncEngine]
) -> None:
    async with TaskSession(engines["reader"]) as reader, reader.begin():
        reader.add(Author(name="Cy"))
    async with routed() as session:
        author = (await session.scalars(select(Author))).one()

        with pytest.raises(LazyRelationship):
            _ = author.books


async def test_binds_of_single_classes_route_too(engines: dict[str, AsyncEngine]) -> None:
    sessions = async_sessionmaker(
        class_=TaskSession, binds={Author: engines["writer"], Publisher: engines["reader"]}
    )
    async with sessions.begin() as session:
        session.add_all([Author(name="Cy"), Publisher(name="Meadow")])

    async with TaskSession(engines["reader"]) as reader, TaskSession(engines["writer"]) as writer:
        assert "Meadow" == await reader.scalar(select(Publisher.name))
        assert "Cy" == await writer.scalar(select(Author.name))


async def test_a_statement_may_choose_its_bind(engines: dict[str, AsyncEngine]) -> None:
    async with TaskSession(engines["writer"]) as session:
        session.add(Author(name="Cy"))
        await session.flush()

        elsewhere = await session.scalar(
            select(Author.name), bind_arguments={"bind": engines["reader"].sync_engine}
        )
        await session.rollback()

    assert None is elsewhere
