"""A session for each unit of work: how it is made, shared by calls, and closed."""

from __future__ import annotations

import asyncio
import pickle

import pytest
from sqlalchemy import inspect, select
from sqlalchemy.exc import InvalidRequestError, MissingGreenlet
from sqlalchemy.ext.asyncio import (
    AsyncSession,
    async_object_session,
    async_scoped_session,
    async_session,
    async_sessionmaker,
)
from sqlalchemy.orm.exc import DetachedInstanceError

from taskbound import Database, ExpiringTaskSession, SessionClosed, TaskSession
from tests.patterns.models import Author, Book, Review


async def test_two_sessions_have_an_object_each_for_one_row(library: Database) -> None:
    async with library.session() as first, library.session() as second:
        here, there = await first.get_one(Author, 1), await second.get_one(Author, 1)

        assert here is not there
        assert here.name == there.name


async def test_one_session_has_one_object_for_a_row(session: TaskSession) -> None:
    by_key = await session.get(Author, 1)
    by_query = await session.scalar(select(Author).where(Author.name == "Ada"))

    assert by_key is by_query


async def test_a_request_that_rolls_back_leaves_nothing_behind(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(name="Cy"))
        await session.flush()
        await session.rollback()

    async with library.session() as session:
        assert None is await session.scalar(select(Author).where(Author.name == "Cy"))


async def test_an_engine_alone_makes_a_session(library: Database) -> None:
    async with TaskSession(library.engine) as session:
        assert "Ada" == (await session.get_one(Author, 1)).name


async def test_a_program_with_its_own_engine_and_factory_only_changes_the_class(
    own_sessions: async_sessionmaker[TaskSession],
) -> None:
    async with own_sessions() as session:
        (await session.get_one(Author, 1)).name = "Ava"
        await session.commit()

    async with own_sessions() as session:
        assert "Ava" == (await session.get_one(Author, 1)).name


async def test_a_factory_can_be_configured_later(library: Database) -> None:
    sessions = async_sessionmaker(class_=TaskSession)
    sessions.configure(bind=library.engine, info={"tenant": 7})

    async with sessions() as session:
        assert ("Ada", 7) == ((await session.get_one(Author, 1)).name, session.info["tenant"])


async def test_it_is_an_async_session_to_every_type_check(session: TaskSession) -> None:
    assert isinstance(session, AsyncSession)
    assert session is async_session(session.sync_session)


async def test_an_object_knows_its_session(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)

    assert session is async_object_session(author)


async def test_info_belongs_to_one_session(library: Database) -> None:
    async with library.session(info={"user": "Eve"}) as session, library.session() as other:
        session.info["trace"] = 1

        assert ({"user": "Eve", "trace": 1}, {}) == (session.info, other.info)


async def test_try_and_finally_close_as_the_block_does(library: Database) -> None:
    session = library.session()
    try:
        await session.get_one(Author, 1)
    finally:
        await session.close()

    assert 0 == library.statistics().checked_out


async def test_closing_twice_is_allowed(library: Database) -> None:
    async with library.session() as session:
        await session.get_one(Author, 1)
        await session.close()

    assert 0 == library.statistics().checked_out


async def test_a_session_that_has_sent_nothing_holds_no_connection(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(name="Cy"))

        assert 0 == library.statistics().checked_out
        await session.rollback()


async def test_reset_ends_the_work_of_a_session_that_goes_on(session: TaskSession) -> None:
    session.add(Author(name="Cy"))
    await session.flush()
    await session.reset()

    names = await session.scalars(select(Author.name).order_by(Author.id))

    assert ["Ada", "Bob"] == names.all()


async def test_a_closed_session_refuses_further_work(library: Database) -> None:
    async with library.session() as session:
        await session.get_one(Author, 1)

    with pytest.raises(SessionClosed) as refused:
        await session.get_one(Author, 1)
    assert isinstance(refused.value, InvalidRequestError)


async def test_loaded_values_stay_readable_after_commit(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)
    await session.commit()

    assert "Ada" == author.name


async def test_loaded_values_stay_readable_after_the_session(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)

    assert "Ada" == author.name


async def test_who_asks_for_expiry_on_commit_gets_it(library: Database) -> None:
    async with library.session(expire_on_commit=True) as session:
        author = await session.get_one(Author, 1)
        await session.commit()

        with pytest.raises(MissingGreenlet):
            _ = author.name
        await session.refresh(author)
        assert "Ada" == author.name


async def test_a_factory_may_ask_for_expiry_on_commit(library: Database) -> None:
    sessions = async_sessionmaker(library.engine, class_=ExpiringTaskSession)

    async with sessions() as session:
        author = await session.get_one(Author, 1)
        await session.commit()

        assert inspect(author).expired


async def test_one_session_of_a_factory_may_ask_for_expiry_on_commit(
    own_sessions: async_sessionmaker[TaskSession],
) -> None:
    async with own_sessions(expire_on_commit=True) as session:
        author = await session.get_one(Author, 1)
        await session.commit()

        assert inspect(author).expired


async def test_a_factory_that_asks_for_nothing_expires_nothing(
    own_sessions: async_sessionmaker[TaskSession],
) -> None:
    async with own_sessions() as session:
        author = await session.get_one(Author, 1)
        await session.commit()

        assert "Ada" == author.name


async def test_an_unloaded_relationship_cannot_load_after_the_session(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)

    with pytest.raises(DetachedInstanceError):
        _ = author.books


async def test_a_scoped_session_is_the_same_one_within_a_task(library: Database) -> None:
    scoped = async_scoped_session(library.sessionmaker, scopefunc=asyncio.current_task)

    first, second = scoped(), scoped()
    author = await scoped.get_one(Author, 1)

    assert first is second
    assert author in first
    await scoped.remove()


async def test_a_scoped_session_is_another_one_in_another_task(library: Database) -> None:
    scoped = async_scoped_session(library.sessionmaker, scopefunc=asyncio.current_task)

    async def name_of(key: int) -> tuple[str, TaskSession]:
        try:
            return (await scoped.get_one(Author, key)).name, scoped()
        finally:
            await scoped.remove()

    (ada, one), (bob, other) = await asyncio.gather(name_of(1), name_of(2))

    assert ("Ada", "Bob") == (ada, bob)
    assert one is not other


async def test_removing_a_scoped_session_returns_its_connection(library: Database) -> None:
    scoped = async_scoped_session(library.sessionmaker, scopefunc=asyncio.current_task)
    await scoped.get_one(Author, 1)

    await scoped.remove()

    assert 0 == library.statistics().checked_out


async def test_a_scoped_session_commits_what_it_is_given(library: Database) -> None:
    scoped = async_scoped_session(library.sessionmaker, scopefunc=asyncio.current_task)
    scoped.add(Author(name="Cy"))
    await scoped.commit()
    await scoped.remove()

    async with library.session() as session:
        assert "Cy" == (await session.get_one(Author, 3)).name


async def test_objects_travel_as_pickles_and_come_back(library: Database) -> None:
    async with library.session() as session:
        travelled = pickle.loads(pickle.dumps(await session.get_one(Book, 1)))

    async with library.session() as session:
        session.add(travelled)
        assert ["classic", "short"] == [tag.name for tag in travelled.tags]
        assert travelled is await session.get(Book, 1)


async def test_expunged_objects_stay_readable_and_are_not_saved(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        session.expunge(author)
        author.name = "Ava"
        await session.commit()

    async with library.session() as session:
        assert "Ada" == (await session.get_one(Author, 1)).name


async def test_what_the_session_holds_can_be_looked_at(session: TaskSession) -> None:
    changed, gone = await session.get_one(Author, 1), await session.get_one(Review, 2)
    await session.delete(gone)
    added = Author(name="Cy")
    session.add(added)
    changed.name = "Ava"

    assert ([added], [changed], [gone]) == (
        list(session.new),
        list(session.dirty),
        list(session.deleted),
    )
    assert session.is_modified(changed)
    assert changed in session
    assert {changed, gone, added} == set(session)


async def test_expunge_all_forgets_every_object(session: TaskSession) -> None:
    author = await session.get_one(Author, 1)

    session.expunge_all()

    assert author is not await session.get_one(Author, 1)
