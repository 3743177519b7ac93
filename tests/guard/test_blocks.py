"""Law 3: a block that commits is ended by its end (FM-12)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import select
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from taskbound import Database, InnerCommit, TaskSession
from tests.here import here
from tests.library import Author

NAMES = select(Author.name).order_by(Author.id)


async def save(session: AsyncSession, key: int) -> None:
    session.add(Author(id=key, name=f"Author {key}"))
    await session.commit()


async def test_plain_sqlalchemy_commits_half_of_a_block(library: Database) -> None:
    async with AsyncSession(library.engine) as session:
        with pytest.raises(InvalidRequestError, match="closed transaction inside context manager"):
            async with session.begin():
                await save(session, 2)
                session.add(Author(id=3, name="the other half"))
                await session.flush()
        await session.rollback()

    async with library.session() as later:
        assert (await later.scalars(NAMES)).all() == ["Ada", "Author 2"]


async def test_a_commit_inside_a_block_names_both_lines(library: Database) -> None:
    with pytest.raises(InnerCommit) as caught:
        block = here(+1)
        async with library.begin() as session:
            await session.commit()
    line = here(-1)

    assert str(caught.value) == (
        f"commit() was called at {line} inside the block of begin() at {block}, and commits half of "
        "that block; call flush() where rows are to be sent, and leave the commit to the end of the "
        "block (TB303, docs/errors/TB303.md)"
    )


async def test_nothing_of_the_block_is_stored_then(library: Database) -> None:
    with pytest.raises(InnerCommit):
        async with library.begin() as session:
            await save(session, 2)

    async with library.session() as later:
        assert (await later.scalars(NAMES)).all() == ["Ada"]


async def test_the_block_may_go_on_after_a_refused_commit(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database:
        async with database.session() as session, session.begin():
            with pytest.raises(InnerCommit):
                await save(session, 2)
            session.add(Author(id=3, name="Edith"))

        async with database.session() as later:
            assert (await later.scalars(NAMES)).all() == ["Ada", "Author 2", "Edith"]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
async def test_a_savepoints_block_does_not_end_the_whole_transaction(
    sqlite_library: str, ending: str
) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        session.add(Author(id=2, name="before"))
        await session.flush()
        async with session.begin_nested():
            with pytest.raises(InnerCommit, match="the whole transaction"):
                await getattr(session, ending)()
        await session.commit()

        assert (await session.scalars(NAMES)).all() == ["Ada", "before"]


async def test_a_block_may_be_thrown_away_from_inside(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        async with session.begin():
            session.add(Author(id=2, name="never"))
            await session.rollback()

        assert (await session.scalars(NAMES)).all() == ["Ada"]


async def test_who_holds_the_transaction_ends_it(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        async with session.begin() as transaction:
            session.add(Author(id=2, name="Grace"))
            async with session.begin_nested() as savepoint:
                session.add(Author(id=3, name="never"))
                await savepoint.rollback()
            await transaction.commit()

        assert (await session.scalars(NAMES)).all() == ["Ada", "Grace"]


async def test_blocks_that_follow_each_other_are_forgotten(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        async with session.begin():
            await session.get(Author, 1)
        with pytest.raises(LookupError):
            async with session.begin():
                raise LookupError
        session.add(Author(id=2, name="Grace"))
        await session.commit()

        assert (await session.scalars(NAMES)).all() == ["Ada", "Grace"]


async def test_a_transaction_that_is_no_block_is_committed_by_anybody(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database, database.session() as session:
        await session.begin()
        await session.begin_nested()
        await save(session, 2)

        assert (await session.scalars(NAMES)).all() == ["Ada", "Author 2"]


async def test_a_dependency_that_commits_stays_silent(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database:
        sessions = async_sessionmaker(database.engine, class_=TaskSession)

        @asynccontextmanager
        async def dependency() -> AsyncIterator[TaskSession]:
            async with sessions.begin() as session:
                yield session

        async with dependency() as session:
            session.add(Author(id=2, name="Grace"))
            await session.flush()

        async with sessions() as later:
            assert (await later.scalars(NAMES)).all() == ["Ada", "Grace"]


async def test_a_block_of_a_factory_is_named_by_the_users_line(sqlite_library: str) -> None:
    async with Database(sqlite_library) as database:
        sessions = async_sessionmaker(database.engine, class_=TaskSession)
        with pytest.raises(InnerCommit) as caught:
            block = here(+1)
            async with sessions.begin() as session:
                await session.commit()

        assert str(caught.value.block_place) == block


async def test_a_commit_that_is_only_observed_commits(sqlite_library: str) -> None:
    async with Database(sqlite_library, guard={"TB303": "observe"}) as database:
        async with database.begin() as session:
            await save(session, 2)

        async with database.session() as later:
            assert (await later.scalars(NAMES)).all() == ["Ada", "Author 2"]
