"""Law 1: a session belongs to one task (FM-01, FM-04)."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker

from taskbound import Database, InterleavedWork, OverlappingOperations, TaskSession
from tests.here import here
from tests.library import Author, Base, Book

COUNT = select(func.count()).select_from(Author)
HAND_OVER = (
    "or call session.hand_over() in task 'transfer', if this one is to go on with its work "
    "(TB102, docs/errors/TB102.md)"
)
CURE = "give each task a session of its own: async with db.session() (or your factory) as session"
PAGE = "(TB101, docs/errors/TB101.md)"


async def warmed(database: Database) -> None:
    """Open the connections first: on a cold pool SQLAlchemy itself refuses some overlaps."""
    async with database.session() as one, database.session() as two:
        await one.scalar(COUNT)
        await two.scalar(COUNT)


async def test_a_session_shared_by_a_warm_gather_is_refused(library: Database) -> None:
    await warmed(library)

    async with library.session() as session:
        results = await asyncio.gather(
            *(session.scalar(COUNT) for _ in range(3)), return_exceptions=True
        )

    assert [type(result) for result in results] == [
        int,
        OverlappingOperations,
        OverlappingOperations,
    ]
    assert library.statistics().checked_out == 0


async def test_an_overlap_names_both_tasks_and_both_lines(library: Database) -> None:
    await warmed(library)
    lines: list[str] = []

    async def read(session: TaskSession) -> None:
        lines.append(here(+1))
        await session.scalar(COUNT)

    async with library.session() as session:
        first = asyncio.create_task(read(session), name="first")
        second = asyncio.create_task(read(session), name="second")
        await asyncio.wait((first, second))

    assert str(second.exception()) == (
        f"task 'second' called scalar() at {lines[1]} while task 'first' is in scalar() "
        f"at {lines[0]} on the same session; {CURE} {PAGE}"
    )


async def test_a_gather_of_bare_calls_is_named_by_the_line_that_gathers(library: Database) -> None:
    await warmed(library)

    async with library.session() as session:
        line = here(+1)
        results = await asyncio.gather(
            session.scalar(COUNT), session.scalar(COUNT), return_exceptions=True
        )

    refused = results[1]
    assert isinstance(refused, OverlappingOperations)
    assert (str(refused.place), str(refused.running_place)) == (line, line)


async def test_the_first_operation_goes_on_undisturbed(library: Database) -> None:
    async with library.session() as session:
        results = await asyncio.gather(
            session.scalar(COUNT), session.rollback(), session.commit(), return_exceptions=True
        )
        again = await session.scalar(COUNT)

    assert (results[0], again) == (1, 1)


async def test_a_rollback_beside_a_statement_does_not_poison_the_pool(database_url: str) -> None:
    async with Database(database_url, pool_size=1) as database:
        async with database.session() as session:
            await session.scalar(select(1))
            await asyncio.gather(
                session.scalar(select(literal(2))), session.rollback(), return_exceptions=True
            )
        async with database.session() as later:
            answer = await later.scalar(select(literal(3)))

        assert (answer, database.statistics().checked_out) == (3, 0)


async def test_awaitable_attributes_overlap_too(library: Database) -> None:
    async with library.session() as session:
        author = await session.get_one(Author, 1)
        book = await session.get_one(Book, 1)

        results = await asyncio.gather(
            author.awaitable_attrs.books, book.awaitable_attrs.reviews, return_exceptions=True
        )

    assert [type(result).__name__ for result in results] == [
        "InstrumentedList",
        "OverlappingOperations",
    ]


async def test_leaving_the_block_waits_for_the_task_that_is_still_inside(
    library: Database,
) -> None:
    with pytest.raises(OverlappingOperations):
        async with library.session() as session:
            reading = asyncio.create_task(session.scalar(COUNT))
            await asyncio.sleep(0)

    assert reading.done()
    assert library.statistics().checked_out == 0


async def test_an_overlap_at_the_end_does_not_hide_the_error_of_the_block(
    library: Database,
) -> None:
    reading: asyncio.Task[int | None] | None = None
    with pytest.raises(LookupError) as caught:
        async with library.session() as session:
            reading = asyncio.create_task(session.scalar(COUNT))
            await asyncio.sleep(0)
            raise LookupError("the user's own")

    assert reading is not None
    assert await reading == 1
    assert "called close()" in caught.value.__notes__[0]
    assert library.statistics().checked_out == 0


async def test_a_begin_block_with_a_task_still_inside_is_rolled_back(library: Database) -> None:
    with pytest.raises(OverlappingOperations):
        async with library.begin() as session:
            await session.execute(insert(Author).values(id=2, name="Grace"))
            reading = asyncio.create_task(session.scalar(COUNT))
            await asyncio.sleep(0)

    assert await reading == 2
    async with library.session() as later:
        assert await later.scalar(COUNT) == 1
    assert library.statistics().checked_out == 0


async def test_another_task_cannot_end_unfinished_work(library: Database) -> None:
    flushed, audited = asyncio.Event(), asyncio.Event()
    lines: list[str] = []

    async def transfer(session: TaskSession) -> None:
        session.add(Author(id=2, name="debit"))
        await session.flush()
        flushed.set()
        lines.append(here(+1))
        await audited.wait()
        session.add(Author(id=3, name="credit"))
        await session.commit()

    async with library.session() as session:
        working = asyncio.create_task(transfer(session), name="transfer")
        await flushed.wait()
        this = asyncio.current_task()
        assert this is not None
        with pytest.raises(InterleavedWork) as caught:
            await session.rollback()
        line = here(-1)
        audited.set()
        await working
        stored = await session.scalar(COUNT)

    assert stored == 3
    assert str(caught.value) == (
        f"task {this.get_name()!r} called rollback() at {line} on a session that holds unfinished "
        f"work of task 'transfer' at {lines[0]}; {CURE}; {HAND_OVER}"
    )


@pytest.mark.parametrize("ending", ["commit", "rollback", "flush"])
async def test_every_ending_of_foreign_work_is_refused(library: Database, ending: str) -> None:
    written, ended = asyncio.Event(), asyncio.Event()

    async def write(session: TaskSession) -> None:
        await session.execute(update(Author).values(name="changed"))
        session.add(Author(id=2, name="pending"))
        written.set()
        await ended.wait()
        await session.rollback()

    async with library.session() as session:
        working = asyncio.create_task(write(session))
        await written.wait()
        with pytest.raises(InterleavedWork):
            await getattr(session, ending)()
        ended.set()
        await working


async def test_a_finished_task_hands_its_work_over(library: Database) -> None:
    async def write(session: TaskSession) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()

    async with library.session() as session:
        await asyncio.create_task(write(session))
        await session.commit()

    async with library.session() as later:
        assert await later.scalar(COUNT) == 2


async def test_two_tasks_may_read_in_turn(library: Database) -> None:
    read, closed = asyncio.Event(), asyncio.Event()

    async def stream(session: TaskSession) -> int | None:
        count = await session.scalar(COUNT)
        read.set()
        await closed.wait()
        return count

    async with library.session() as session:
        await session.scalar(COUNT)
        body = asyncio.create_task(stream(session))
        await read.wait()
        again = await session.scalar(COUNT)
        closed.set()

        assert (await body, again) == (1, 1)


async def test_a_task_may_read_beside_anothers_flushed_work(library: Database) -> None:
    flushed, read = asyncio.Event(), asyncio.Event()

    async def write(session: TaskSession) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        flushed.set()
        await read.wait()
        await session.commit()

    async with library.session() as session:
        working = asyncio.create_task(write(session))
        await flushed.wait()
        count = await session.scalar(COUNT)
        read.set()
        await working

    assert count == 2


async def test_a_read_that_would_flush_anothers_pending_work_is_refused(library: Database) -> None:
    flushed, read = asyncio.Event(), asyncio.Event()

    async def write(session: TaskSession) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        session.add(Author(id=3, name="Edith"))
        flushed.set()
        await read.wait()
        await session.commit()

    async with library.session() as session:
        working = asyncio.create_task(write(session))
        await flushed.wait()
        with pytest.raises(InterleavedWork):
            await session.scalar(COUNT)
        read.set()
        await working
        assert await session.scalar(COUNT) == 3


async def test_wait_for_around_an_operation_is_the_same_task(library: Database) -> None:
    async with library.session() as session:
        session.add(Author(id=2, name="Grace"))
        await asyncio.wait_for(session.flush(), 5)
        await asyncio.wait_for(session.scalar(COUNT), 5)
        await asyncio.wait_for(session.commit(), 5)

    assert library.statistics().checked_out == 0


async def test_a_begin_block_of_the_factory_commits_in_a_task_of_its_own(
    engine: AsyncEngine,
) -> None:
    sessions = async_sessionmaker(engine, class_=TaskSession)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)

    async with sessions.begin() as session:
        session.add(Author(id=1, name="Ada"))
        await session.flush()

    async with sessions() as session, session.begin():
        assert await session.scalar(COUNT) == 1


async def test_a_cancelled_operation_leaves_the_session_to_the_next_one(
    library: Database,
) -> None:
    async with library.session() as session:
        reading = asyncio.create_task(session.scalar(COUNT))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.wait((reading,))
        await session.rollback()

        assert await session.scalar(COUNT) == 1


async def test_a_transaction_that_began_by_itself_is_guarded_too(library: Database) -> None:
    async with library.session() as session:
        await session.scalar(COUNT)
        transaction = session.get_transaction()
        assert transaction is not None
        results = await asyncio.gather(
            session.scalar(COUNT), transaction.commit(), return_exceptions=True
        )

    assert [type(result) for result in results] == [int, OverlappingOperations]
    assert library.statistics().checked_out == 0


async def test_a_child_goes_on_with_the_work_of_its_parent_and_no_sibling_ends_it(
    library: Database,
) -> None:
    flushed, ended = asyncio.Event(), asyncio.Event()

    async def write(session: TaskSession) -> None:
        session.add(Author(id=3, name="the child's"))
        await session.flush()
        flushed.set()
        await ended.wait()

    async def end(session: TaskSession) -> None:
        await flushed.wait()
        with pytest.raises(InterleavedWork):
            await session.rollback()
        ended.set()

    async with library.session() as session:
        session.add(Author(id=2, name="the parent's"))
        await session.flush()
        async with asyncio.TaskGroup() as group:
            group.create_task(write(session))
            group.create_task(end(session))
        await session.commit()
        assert await session.scalar(COUNT) == 3


async def test_without_the_guard_a_session_is_sqlalchemys_own(database_url: str) -> None:
    async with Database(database_url, guard=False) as database, database.session() as session:
        await session.scalar(select(1))
        results = await asyncio.gather(
            session.scalar(select(literal(1))), session.scalar(select(literal(2)))
        )

    assert list(results) == [1, 2]
