"""The laws of a session hold for its reads, too."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, func, select

from taskbound import (
    Database,
    InterleavedWork,
    OverlappingOperations,
    SessionClosed,
    TaskSession,
    projection,
)
from tests.here import here
from tests.read.dtos import ROWS, OrderRead, OrderRow
from tests.read.models import Order

ALL = select(Order).order_by(Order.id)
BY_ID = projection(OrderRow, select(Order).where(Order.id == bindparam("id")))
COUNT = select(func.count()).select_from(Order)
CURE = "give each task a session of its own: async with db.session() (or your factory) as session"
IN_A_TRANSACTION = pytest.mark.parametrize("transaction", [False, True])


async def ready(session: TaskSession, *, transaction: bool) -> None:
    """Warm the pool, and begin a transaction if need be."""
    if transaction:
        await session.scalar(COUNT)
    else:
        await session.project(OrderRow, ALL).all()


@IN_A_TRANSACTION
@pytest.mark.parametrize("children", [None, "batch"])
async def test_two_reads_of_one_session_at_a_time_are_refused(
    session: TaskSession, transaction: bool, children: Any
) -> None:
    await ready(session, transaction=transaction)

    results = await asyncio.gather(
        session.project(OrderRead, ALL, children=children).count(),
        session.project(OrderRead, ALL, children=children).all(),
        return_exceptions=True,
    )

    assert [type(result) for result in results] == [int, OverlappingOperations]


@IN_A_TRANSACTION
async def test_an_overlap_of_reads_names_both_tasks_and_both_lines(
    session: TaskSession, transaction: bool
) -> None:
    await ready(session, transaction=transaction)
    lines: list[str] = []

    async def read() -> None:
        lines.append(here(+1))
        await session.project(OrderRow, ALL).all()

    first = asyncio.create_task(read(), name="first")
    second = asyncio.create_task(read(), name="second")
    await asyncio.wait((first, second))

    assert str(second.exception()) == (
        f"task 'second' called project() at {lines[1]} while task 'first' is in project() "
        f"at {lines[0]} on the same session; {CURE} (TB101, docs/errors/TB101.md)"
    )


@IN_A_TRANSACTION
async def test_a_read_beside_a_statement_is_refused_and_the_statement_goes_on(
    session: TaskSession, transaction: bool
) -> None:
    await ready(session, transaction=transaction)

    results = await asyncio.gather(
        session.scalar(COUNT), session.project(OrderRow, ALL).all(), return_exceptions=True
    )

    assert (results[0], type(results[1])) == (3, OverlappingOperations)


@IN_A_TRANSACTION
async def test_a_statement_beside_a_read_is_refused_and_the_read_goes_on(
    session: TaskSession, transaction: bool
) -> None:
    await ready(session, transaction=transaction)

    results = await asyncio.gather(
        session.project(OrderRow, ALL).all(),
        session.scalar(COUNT),
        session.rollback(),
        return_exceptions=True,
    )

    assert results[0] == ROWS
    assert [type(result) for result in results[1:]] == [OverlappingOperations] * 2


async def test_the_session_is_free_again_after_a_read_and_after_a_failed_one(
    session: TaskSession,
) -> None:
    await session.project(OrderRow, ALL).all()
    assert await session.scalar(COUNT) == 3
    with pytest.raises(Exception, match="nowhere"):
        await session.project(OrderRow, ALL.where(func.nowhere() == 1)).all()
    await session.rollback()

    assert await session.scalar(COUNT) == 3


@pytest.mark.parametrize("children", [None, "batch"])
async def test_a_read_of_a_closed_session_is_refused(shop: Database, children: Any) -> None:
    closed = here(+1)
    async with shop.session() as session:
        await session.project(OrderRow, ALL).all()
    query = session.project(OrderRead, ALL, children=children)

    with pytest.raises(SessionClosed) as caught:
        await query.all()
    used = here(-1)

    assert str(caught.value) == (
        f"project() was called at {used} on a session that was closed at {closed}; open a new one "
        "where the work is done: async with db.session() (or your factory) as session; to use a "
        "session again, end its work with reset() (TB103, docs/errors/TB103.md)"
    )


@pytest.mark.parametrize("ask", ["one", "one_or_none", "first", "exists", "count"])
async def test_nothing_can_be_asked_of_a_closed_session(shop: Database, ask: str) -> None:
    session = shop.session()
    await session.close()

    with pytest.raises(SessionClosed):
        await getattr(session.project(BY_ID, id=1), ask)()
    with pytest.raises(SessionClosed):
        await session.project(OrderRow, Order).get(1)


async def test_leaving_the_block_waits_for_a_read_that_is_still_inside(shop: Database) -> None:
    with pytest.raises(OverlappingOperations):
        async with shop.session() as session:
            reading = asyncio.create_task(session.project(OrderRow, ALL).all())
            await asyncio.sleep(0)

    assert reading.done()
    assert await reading == ROWS


async def test_a_read_that_would_flush_anothers_pending_work_is_refused(shop: Database) -> None:
    flushed, read = asyncio.Event(), asyncio.Event()

    async def write(session: TaskSession) -> None:
        session.add(Order(id=4, total=Decimal(1), customer_id=1))
        await session.flush()
        session.add(Order(id=5, total=Decimal(1), customer_id=1))
        flushed.set()
        await read.wait()
        await session.rollback()

    async with shop.session() as session:
        working = asyncio.create_task(write(session))
        await flushed.wait()
        with pytest.raises(InterleavedWork):
            await session.project(OrderRow, ALL).all()
        read.set()
        await working


async def test_without_the_guard_reads_outside_a_transaction_may_overlap(shop_url: str) -> None:
    async with Database(shop_url, guard=False) as database, database.session() as session:
        results = await asyncio.gather(
            *(session.project(BY_ID, id=number).one() for number in (1, 2, 3))
        )

    assert list(results) == ROWS


async def test_the_reads_of_a_database_may_overlap(shop: Database) -> None:
    results = await asyncio.gather(*(shop.project(BY_ID, id=1 + i % 3).one() for i in range(30)))

    assert list(results) == ROWS * 10
