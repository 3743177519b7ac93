"""Concurrent work: every task with a session of its own."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from taskbound import Database, OverlappingOperations, TaskSession
from tests.patterns.committed import committed_authors
from tests.patterns.models import Author, Book

SECONDS = 5.0


@pytest.fixture
async def prepared(session: TaskSession) -> TaskSession:
    """A session in which the set-up of a test has written, in a task of its own."""
    session.add(Author(name="Cy"))
    await session.flush()
    return session


async def name_of(library: Database, key: int) -> str:
    async with library.session() as session:
        return (await session.get_one(Author, key)).name


async def add(library: Database, name: str) -> None:
    async with library.begin() as session:
        session.add(Author(name=name))


async def test_two_tasks_read_in_a_session_each(library: Database) -> None:
    async with asyncio.TaskGroup() as group:
        ada = group.create_task(name_of(library, 1))
        bob = group.create_task(name_of(library, 2))

    assert ("Ada", "Bob") == (ada.result(), bob.result())


async def test_two_tasks_write_in_a_session_each(library: Database) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(add(library, "Cy"))
        group.create_task(add(library, "Di"))

    assert {"Ada", "Bob", "Cy", "Di"} == set(await committed_authors(library))


async def test_more_tasks_than_connections_wait_for_their_turn(library: Database) -> None:
    names = await asyncio.gather(*(name_of(library, 1 + turn % 2) for turn in range(30)))

    assert ["Ada", "Bob"] * 15 == names
    assert 0 == library.statistics().checked_out


async def test_one_failing_task_cancels_the_other_and_leaks_nothing(library: Database) -> None:
    flushed = asyncio.Event()

    async def slow() -> None:
        async with library.begin() as session:
            session.add(Author(name="Cy"))
            await session.flush()
            flushed.set()
            await asyncio.Event().wait()

    async def fails() -> None:
        await flushed.wait()
        raise LookupError

    with pytest.raises(ExceptionGroup) as failed:
        async with asyncio.TaskGroup() as group:
            group.create_task(slow())
            group.create_task(fails())

    assert failed.group_contains(LookupError)
    assert ["Ada", "Bob"] == await committed_authors(library)
    assert 0 == library.statistics().checked_out


async def test_a_session_made_by_one_task_may_work_for_another(library: Database) -> None:
    session = library.session()

    async def rename() -> None:
        async with session, session.begin():
            (await session.get_one(Author, 1)).name = "Ava"

    await asyncio.create_task(rename())

    assert ["Ava", "Bob"] == await committed_authors(library)


async def test_a_session_serves_two_tasks_one_after_the_other(session: TaskSession) -> None:
    async def name(key: int) -> str:
        return (await session.get_one(Author, key)).name

    names = [await asyncio.create_task(name(1)), await asyncio.create_task(name(2))]

    assert ["Ada", "Bob"] == names


async def test_a_lock_lets_tasks_read_from_one_session_in_turn(session: TaskSession) -> None:
    lock = asyncio.Lock()

    async def name(key: int) -> str:
        async with lock:
            return (await session.get_one(Author, key)).name

    assert ["Ada", "Bob"] == list(await asyncio.gather(name(1), name(2)))


async def test_a_fixture_s_task_hands_its_work_over_to_the_test(
    library: Database, prepared: TaskSession
) -> None:
    await prepared.commit()

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_function_inside_wait_for_goes_on_with_its_caller_s_transaction(
    library: Database,
) -> None:
    async def add(session: TaskSession, name: str) -> None:
        session.add(Author(name=name))
        await session.flush()

    async with library.begin() as session:
        await add(session, "Cy")
        await asyncio.wait_for(add(session, "Di"), SECONDS)
        await add(session, "Em")

    assert ["Ada", "Bob", "Cy", "Di", "Em"] == await committed_authors(library)


async def test_a_read_inside_wait_for_sees_its_caller_s_pending_work(session: TaskSession) -> None:
    async def names() -> list[str]:
        return list(await session.scalars(select(Author.name).order_by(Author.id)))

    session.add(Author(name="Cy"))
    await session.flush()
    session.add(Author(name="Di"))

    assert ["Ada", "Bob", "Cy", "Di"] == await asyncio.wait_for(names(), SECONDS)


async def test_a_task_lends_its_transaction_to_a_child_that_it_waits_for(
    library: Database,
) -> None:
    async def add(session: TaskSession, name: str) -> None:
        session.add(Author(name=name))
        await session.flush()

    async with library.begin() as session:
        await add(session, "Cy")
        await asyncio.create_task(add(session, "Di"))

    assert ["Ada", "Bob", "Cy", "Di"] == await committed_authors(library)


async def test_a_commit_may_be_shielded(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(name="Cy"))
        await session.flush()
        await asyncio.shield(session.commit())

    assert ["Ada", "Bob", "Cy"] == await committed_authors(library)


async def test_a_helper_task_that_has_ended_hands_its_work_over(library: Database) -> None:
    async with library.session() as session:

        async def rename() -> None:
            (await session.get_one(Author, 1)).name = "Ava"
            await session.flush()

        await asyncio.create_task(rename())
        await session.commit()

    assert ["Ava", "Bob"] == await committed_authors(library)


async def test_objects_of_ended_sessions_are_read_together(library: Database) -> None:
    async def load(key: int) -> Book:
        async with library.session() as session:
            return await session.get_one(Book, key)

    books = await asyncio.gather(load(1), load(2))

    assert [["classic", "short"], ["classic"]] == [
        [tag.name for tag in book.tags] for book in books
    ]


async def test_a_session_shared_by_two_tasks_is_refused(session: TaskSession) -> None:
    await session.connection()

    results = await asyncio.gather(
        *(session.scalar(select(Author.id).order_by(Author.id)) for _ in range(2)),
        return_exceptions=True,
    )

    assert [OverlappingOperations] == [type(error) for error in results if error != 1]
