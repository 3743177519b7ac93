"""Leaving a session that another task is still inside: nothing hangs, leaks or stays open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event, func, select, text, update
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm import ORMExecuteState, Session, sessionmaker

from taskbound import (
    Database,
    InterleavedWork,
    OverlappingOperations,
    SessionClosed,
    SyncCall,
    TaskSession,
)
from tests.library import Author

COUNT = select(func.count()).select_from(Author)

Entered = Callable[[TaskSession], Awaitable[asyncio.Task[Any]]]


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Entered:
    """Makes a task that is inside a session and would stay there for ever."""

    async def enter(session: TaskSession) -> asyncio.Task[Any]:
        inside = asyncio.Event()

        async def hang() -> None:
            inside.set()
            await asyncio.Event().wait()

        def stay(sync: Any) -> None:
            sync.connection().connection.dbapi_connection.run_async(lambda _: hang())

        def held(sync: Any) -> None:
            owner = sync.ownership
            task = asyncio.current_task()
            assert task is not None
            owner.enter(task, "execute")
            try:
                stay(sync)
            finally:
                owner.leave()

        task = asyncio.create_task(session.run_sync(held))
        await inside.wait()
        return task

    return enter


async def test_an_operation_that_does_not_end_is_cancelled_when_its_session_is_left(
    library: Database, hanging: Entered
) -> None:
    with pytest.raises(OverlappingOperations):
        async with library.session() as session:
            inside = await hanging(session)

    assert inside.cancelled()
    assert library.statistics().checked_out == 0


async def test_leaving_can_be_cancelled_while_it_waits(library: Database, hanging: Entered) -> None:
    left = asyncio.Event()
    inside: list[asyncio.Task[Any]] = []

    async def leave() -> None:
        async with library.session() as session:
            inside.append(await hanging(session))
            left.set()

    leaving = asyncio.create_task(leave())
    await left.wait()
    leaving.cancel()
    await asyncio.wait((leaving, *inside))

    assert leaving.cancelled()
    assert library.statistics().checked_out == 0


async def test_a_close_that_is_cancelled_while_it_waits_leaks_nothing(
    library: Database, hanging: Entered
) -> None:
    session = library.session()
    inside = await hanging(session)
    closing = asyncio.create_task(session.close())
    await asyncio.sleep(0)
    closing.cancel()
    await asyncio.wait((closing, inside))

    assert library.statistics().checked_out == 0


async def test_two_tasks_that_close_one_session_both_end(
    library: Database, hanging: Entered
) -> None:
    session = library.session()
    inside = await hanging(session)
    closers = [asyncio.create_task(session.close()) for _ in range(2)]
    done, _ = await asyncio.wait((inside, *closers), timeout=30)

    assert len(done) == 3
    assert library.statistics().checked_out == 0


async def test_a_begin_block_that_is_refused_is_closed_all_the_same(library: Database) -> None:
    with pytest.raises(OverlappingOperations):
        async with library.begin() as session:
            reading = asyncio.create_task(session.scalar(COUNT))
            await asyncio.sleep(0)
    await asyncio.wait((reading,))

    with pytest.raises(SessionClosed):
        await session.scalar(COUNT)
    assert library.statistics().checked_out == 0


async def test_an_invalidation_that_is_refused_closes_nothing(library: Database) -> None:
    async with library.session() as session:
        results = await asyncio.gather(
            session.scalar(COUNT), session.invalidate(), return_exceptions=True
        )
        assert [type(result) for result in results] == [int, OverlappingOperations]
        assert await session.scalar(COUNT) == 1


async def test_a_child_that_nobody_waits_for_cannot_end_its_parents_work(
    library: Database,
) -> None:
    async def audit(session: TaskSession) -> None:
        await session.commit()

    async with library.session() as session:
        session.add(Author(id=2, name="half"))
        await session.flush()
        auditing = asyncio.create_task(audit(session))
        waited = asyncio.Event()
        auditing.add_done_callback(lambda _: waited.set())
        await waited.wait()
        await session.rollback()

        assert isinstance(auditing.exception(), InterleavedWork)
        assert await session.scalar(COUNT) == 1


async def test_no_transaction_begins_on_a_closed_session(library: Database) -> None:
    async with library.session() as session:
        pass

    with pytest.raises(SessionClosed):
        await session.begin()


async def test_a_sessionmaker_may_stand_for_the_synchronous_session_class(
    library: Database,
) -> None:
    made = sessionmaker(autoflush=False, info={"shelf": 7})
    async with library.session(sync_session_class=made) as session:
        assert await session.scalar(COUNT) == 1
        assert (session.autoflush, session.info["shelf"]) == (True, 7)
        results = await asyncio.gather(
            session.scalar(COUNT), session.scalar(COUNT), return_exceptions=True
        )

    assert [type(result) for result in results] == [int, OverlappingOperations]


@pytest.mark.parametrize(
    "statement", [text("SELECT 1"), update(Author).values(name="x"), select(Author)]
)
async def test_any_statement_of_the_synchronous_session_is_told_apart(
    library: Database, statement: Any
) -> None:
    async with library.session() as session:
        with pytest.raises(SyncCall):
            session.sync_session.execute(statement)

        assert library.statistics().checked_out == 0


@pytest.mark.parametrize("name", ["flush", "commit"])
async def test_sending_changes_from_the_synchronous_session_is_refused_before_a_checkout(
    library: Database, name: str
) -> None:
    async with library.session() as session:
        session.add(Author(id=2, name="Grace"))
        with pytest.raises(SyncCall):
            getattr(session.sync_session, name)()

        assert library.statistics().checked_out == 0
        await session.rollback()


async def test_a_listener_may_answer_a_lazy_load_without_io(library: Database) -> None:
    class Cached(Session):
        pass

    def answer(state: ORMExecuteState) -> Any:
        if state.is_relationship_load:
            return IteratorResult(SimpleResultMetaData(["Book"]), iter([]))
        return None

    event.listen(Cached, "do_orm_execute", answer)
    async with library.session(sync_session_class=Cached) as session:
        author = await session.get_one(Author, 1)

        assert author.books == []
