"""`Database.task_group()`: what `asyncio.TaskGroup` does, with a session for each task."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar, copy_context

import anyio
import pytest
from sqlalchemy.exc import IntegrityError

from taskbound import Database, PoolExhausted, TaskSession, call
from tests.group.people import add, count, is_clean, name_of, names

number: ContextVar[int] = ContextVar("number", default=0)


class Gate:
    """A function that holds a connection until it is let go."""

    def __init__(self) -> None:
        self.inside = asyncio.Event()
        self.opened = asyncio.Event()

    async def __call__(self, session: TaskSession) -> None:
        await session.connection()
        self.inside.set()
        await self.opened.wait()


async def fails(_session: TaskSession) -> None:
    raise LookupError("nobody")


async def test_each_task_has_a_session_of_its_own(people: Database) -> None:
    async def own(session: TaskSession) -> TaskSession:
        return session

    async with people.task_group() as tg:
        sessions = [tg.create_task(own) for _ in range(3)]
        ada = tg.create_task(name_of, 1)
        grace = tg.create_task(name_of, key=2)

    assert (ada.result(), grace.result()) == ("Ada", "Grace")
    assert len({task.result() for task in sessions}) == 3
    assert await is_clean(people)


async def test_a_task_that_raises_cancels_the_others_and_every_connection_comes_back(
    people: Database,
) -> None:
    gate = Gate()

    async def fails_later(session: TaskSession) -> None:
        await gate.inside.wait()
        await fails(session)

    with pytest.raises(ExceptionGroup) as caught:
        async with people.task_group() as tg:
            waiting = tg.create_task(gate)
            tg.create_task(fails_later)

    assert caught.group_contains(LookupError, match="nobody")
    assert waiting.cancelled()
    assert await is_clean(people)


async def test_an_error_in_the_block_cancels_the_tasks(people: Database) -> None:
    gate = Gate()

    with pytest.raises(ExceptionGroup) as caught:
        async with people.task_group() as tg:
            waiting = tg.create_task(gate)
            await gate.inside.wait()
            raise LookupError

    assert caught.group_contains(LookupError)
    assert waiting.cancelled()
    assert await is_clean(people)


async def test_a_parent_that_is_cancelled_takes_its_tasks_with_it(people: Database) -> None:
    gate = Gate()

    async def parent() -> None:
        async with people.task_group() as tg:
            for _ in range(6):
                tg.create_task(gate)

    running = asyncio.create_task(parent())
    await gate.inside.wait()
    running.cancel()

    with pytest.raises(asyncio.CancelledError):
        await running
    assert await is_clean(people)


async def test_a_timeout_around_the_group_is_a_timeout(people: Database) -> None:
    gate = Gate()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(None) as limit, people.task_group() as tg:
            tg.create_task(gate)
            await gate.inside.wait()
            limit.reschedule(0)

    assert await is_clean(people)


async def test_an_anyio_scope_around_the_group_cancels_it(people: Database) -> None:
    gate = Gate()

    with anyio.CancelScope() as scope:
        async with people.task_group() as tg:
            for _ in range(6):
                tg.create_task(gate)
            await gate.inside.wait()
            scope.cancel()

    assert scope.cancelled_caught
    assert await is_clean(people)


async def test_a_task_that_waits_for_its_turn_can_be_cancelled(people: Database) -> None:
    gate = Gate()

    async with people.task_group(limit=1) as tg:
        tg.create_task(gate)
        waiting = tg.create_task(name_of, 1)
        await gate.inside.wait()
        waiting.cancel()
        last = tg.create_task(name_of, 2)
        gate.opened.set()

    assert waiting.cancelled()
    assert last.result() == "Grace"
    assert await is_clean(people)


async def test_a_task_that_waits_for_a_connection_can_be_cancelled(people: Database) -> None:
    gate = Gate()
    held = [asyncio.create_task(_hold(people, gate)) for _ in range(4)]
    await gate.inside.wait()

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), people.task_group() as tg:
            tg.create_task(name_of, 1)
    gate.opened.set()
    await asyncio.gather(*held)

    assert await is_clean(people)


async def test_no_more_tasks_than_the_limit_have_a_session(local: Database) -> None:
    most = 0

    async def watches(session: TaskSession) -> None:
        nonlocal most
        await session.connection()
        most = max(most, local.statistics().checked_out)
        await count(session)

    async with local.task_group(limit=2) as tg:
        for _ in range(10):
            tg.create_task(watches)

    assert most == 2


async def test_no_more_tasks_than_the_pool_has_connections_have_a_session(local: Database) -> None:
    started = 0

    async def counts(session: TaskSession) -> None:
        nonlocal started
        started += 1
        await gate(session)

    gate = Gate()
    async with local.task_group(limit=100) as tg:
        for _ in range(10):
            tg.create_task(counts)
        await gate.inside.wait()
        before = started
        gate.opened.set()

    assert (before, started) == (4, 10)


async def test_what_the_block_s_own_task_holds_is_not_there_for_its_tasks(local: Database) -> None:
    gate = Gate()
    async with local.session() as session:
        await session.connection()
        async with local.task_group() as tg:
            for _ in range(6):
                tg.create_task(gate)
            await gate.inside.wait()
            held = local.statistics().checked_out
            waiting = len(local.engine.pool._pool._queue._getters)  # type: ignore[attr-defined]
            gate.opened.set()

    assert (held, waiting) == (4, 0)


async def test_a_task_is_told_that_the_block_holds_the_only_connection(local: Database) -> None:
    small = Database(local.engine.url, pool_size=1, pool_timeout=0.05, guard={"TB406": "off"})
    async with small, small.session() as session:
        await session.connection()
        with pytest.raises(PoolExhausted) as caught:
            await small.gather(count)

    (holder,) = caught.value.holders
    assert holder.waits_at is not None
    assert (
        holder.waits_at.function == "test_a_task_is_told_that_the_block_holds_the_only_connection"
    )


async def test_a_pool_without_a_bound_bounds_nothing(local: Database) -> None:
    boundless = Database(local.engine.url, pool_size=1, max_overflow=-1)
    gate = Gate()
    async with boundless, boundless.task_group() as tg:
        tg.create_task(gate)
        await gate.inside.wait()
        name = await tg.create_task(name_of, 1)
        gate.opened.set()

    assert name == "Ada"


async def test_a_task_of_a_reading_group_keeps_nothing_that_it_has_not_committed(
    local: Database,
) -> None:
    async with local.task_group() as tg:
        tg.create_task(count)

    assert await names(local) == ["Ada", "Grace"]


async def test_each_task_of_a_writing_group_is_a_transaction(people: Database) -> None:
    async with people.task_group(read_only=False) as tg:
        tg.create_task(add, 3, "Edith")
        tg.create_task(add, 4, "Joan")

    assert await names(people) == ["Ada", "Grace", "Edith", "Joan"]


async def test_what_a_task_has_committed_stays_when_another_one_fails(people: Database) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with people.task_group(read_only=False) as tg:
            await tg.create_task(add, 3, "Edith")
            tg.create_task(add, 1, "another Ada")

    assert caught.group_contains(IntegrityError)
    assert await names(people) == ["Ada", "Grace", "Edith"]
    assert await is_clean(people)


async def test_a_task_may_start_another_one(local: Database) -> None:
    async def starts(session: TaskSession) -> str:
        return await tg.create_task(name_of, 2) + await name_of(session, 1)

    async with local.task_group() as tg:
        both = tg.create_task(starts)

    assert both.result() == "GraceAda"


async def test_a_call_is_a_task_with_a_name_and_a_context(local: Database) -> None:
    async def seen(_session: TaskSession, text: str) -> tuple[str, str, int]:
        task = asyncio.current_task()
        return text, task.get_name() if task else "", number.get()

    context = copy_context()
    context.run(number.set, 7)
    async with local.task_group() as tg:
        task = tg.create_task(call(seen, text="hello"), name="reader", context=context)

    assert task.result() == ("hello", "reader", 7)


async def test_a_task_after_the_block_is_refused(local: Database) -> None:
    async with local.task_group() as tg:
        pass

    with pytest.raises(RuntimeError, match=r"^TaskGroup <TaskGroup entered> is finished$"):
        tg.create_task(name_of, 1)


async def test_a_task_before_the_block_is_refused(local: Database) -> None:
    with pytest.raises(RuntimeError, match=r"^TaskGroup <TaskGroup> has not been entered$"):
        local.task_group().create_task(name_of, 1)


async def test_arguments_that_do_not_fit_are_the_task_s_own_error(local: Database) -> None:
    with pytest.raises(ExceptionGroup) as caught:
        async with local.task_group() as tg:
            tg.create_task(name_of)  # type: ignore[call-overload]  # which is the point

    assert caught.group_contains(TypeError, match="missing 1 required positional argument: 'key'")


async def test_a_group_without_a_snapshot_has_no_session_of_its_own(local: Database) -> None:
    async with local.task_group() as tg:
        with pytest.raises(RuntimeError) as caught:
            _ = tg.session

    assert str(caught.value) == (
        "only an open task_group(snapshot=True) has a session: open one with db.session()"
    )


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^limit must be at least 1, not 0$"):
        Database("sqlite+aiosqlite://").task_group(limit=0)


def test_a_snapshot_that_is_written_to_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^a snapshot is for reading: "):
        Database("sqlite+aiosqlite://").task_group(snapshot=True, read_only=False)


async def _hold(database: Database, gate: Gate) -> None:
    async with database.session() as session:
        await gate(session)
