"""`run_sync`: synchronous code works on the session's own connection."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection, MetaData, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import Session

from taskbound import Database, SyncCall, TaskSession
from tests.patterns.committed import committed_authors
from tests.patterns.models import Author, Base, Book


def legacy_titles(session: Session, name: str) -> list[str]:
    """A function of a code base that is not asynchronous yet: lazy loading and all."""
    author = session.query(Author).filter_by(name=name).one()
    return [book.title for book in author.books]


def legacy_rename(session: Session, old: str, new: str) -> None:
    """A legacy function that commits by itself."""
    session.query(Author).filter_by(name=old).update({"name": new})
    session.commit()


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_tables_are_made_and_dropped_by_the_metadata(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    made = await tables(database.engine)
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.drop_all)

    assert set(Base.metadata.tables) == made
    assert set() == await tables(database.engine)


async def test_tables_are_made_and_dropped_by_the_database(database: Database) -> None:
    await database.create_all(Base.metadata)
    await database.create_all(Base.metadata)
    made = await tables(database.engine)
    await database.drop_all(Base.metadata)

    assert set(Base.metadata.tables) == made
    assert set() == await tables(database.engine)


async def test_tables_are_made_over_a_session(database: Database) -> None:
    def create(session: Session) -> None:
        Base.metadata.create_all(session.connection())

    async with database.begin() as session:
        await session.run_sync(create)

    assert set(Base.metadata.tables) == await tables(database.engine)


async def test_tables_are_reflected(library: Database) -> None:
    metadata = MetaData()

    def reflect(connection: Connection) -> None:
        metadata.reflect(connection)

    async with library.engine.connect() as connection:
        await connection.run_sync(reflect)

    assert set(Base.metadata.tables) == set(metadata.tables)


async def test_legacy_code_reads_with_lazy_loading(session: TaskSession) -> None:
    assert ["Dawn", "Dusk"] == await session.run_sync(legacy_titles, "Ada")


async def test_legacy_code_takes_keywords(session: TaskSession) -> None:
    assert ["Noon"] == await session.run_sync(legacy_titles, name="Bob")


async def test_legacy_code_may_commit(library: Database) -> None:
    async with library.session() as session:
        await session.run_sync(legacy_rename, "Ada", "Ava")

    assert ["Ava", "Bob"] == await committed_authors(library)


async def test_legacy_code_sees_the_session_s_pending_work(session: TaskSession) -> None:
    session.add(Author(name="Cy", books=[Book(title="Mist")]))

    assert ["Mist"] == await session.run_sync(legacy_titles, "Cy")


async def test_an_attribute_is_loaded_by_touching_it_in_sync_code(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)

    await session.run_sync(lambda _: author.books)

    assert ["Dawn", "Dusk"] == [book.title for book in author.books]


async def test_legacy_code_uses_transaction_blocks(library: Database) -> None:
    def add(session: Session) -> None:
        with session.begin():
            session.add(Author(name="Cy"))
            with session.begin_nested():
                session.add(Author(name="Di"))

    async with library.session() as session:
        await session.run_sync(add)

    assert ["Ada", "Bob", "Cy", "Di"] == await committed_authors(library)


async def test_legacy_code_writes_in_bulk(library: Database) -> None:
    def add(session: Session) -> None:
        session.bulk_save_objects([Author(name="Cy")])
        session.bulk_insert_mappings(Author.__mapper__, [{"name": "Di"}])
        session.bulk_update_mappings(Author.__mapper__, [{"id": 1, "name": "Ava"}])

    async with library.begin() as session:
        await session.run_sync(add)

    assert ["Ava", "Bob", "Cy", "Di"] == await committed_authors(library)


async def test_an_error_of_sync_code_reaches_the_caller(session: TaskSession) -> None:
    def fail(_: Session) -> None:
        raise LookupError("the user's own")

    with pytest.raises(LookupError, match="the user's own"):
        await session.run_sync(fail)


async def test_sync_code_outside_run_sync_is_refused(session: TaskSession) -> None:
    with pytest.raises(SyncCall):
        session.sync_session.scalars(select(Author))

    assert 1 == await session.scalar(text("SELECT 1"))
