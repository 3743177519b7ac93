"""What a session holds of rows that were written past its unit of work. Needs no driver but one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from taskbound import Database, ExpiredAttribute, TaskSession
from taskbound.guard.session import GuardedSession
from tests.dml.models import Base, Customer, Order


@pytest.fixture
async def session() -> AsyncIterator[TaskSession]:
    async with Database("sqlite+aiosqlite://") as database:
        async with database.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
        async with database.session() as session:
            await session.insert(Customer, {"id": 1, "name": "Ada"})
            await session.insert(Order, {"id": 1, "customer_id": 1, "code": "a"})
            await session.commit()
            yield session
            await session.rollback()


async def test_what_was_written_is_expired_and_says_by_which_line(session: TaskSession) -> None:
    order = await session.get_one(Order, 1)
    await session.update(Order, {"code": "b"}, key=1)

    with pytest.raises(
        ExpiredAttribute, match=r"but update\(\) at .*test_held.py:\d+ in .* has changed it"
    ):
        _ = order.code


async def test_what_the_database_computes_on_update_is_expired_too(session: TaskSession) -> None:
    order = await session.get_one(Order, 1)
    await session.update(Order, {"code": "b"}, key=1)

    with pytest.raises(ExpiredAttribute):
        _ = order.changed


async def test_the_rest_of_it_stays(session: TaskSession) -> None:
    order = await session.get_one(Order, 1)
    await session.update(Order, {"code": "b"}, key=1)

    assert order.reference == "C1"


async def test_a_refresh_brings_the_new_values(session: TaskSession) -> None:
    order = await session.get_one(Order, 1)
    await session.update(Order, {"code": "b"}, key=1)
    await session.refresh(order)

    assert (order.code, order.changed) == ("b", 7)


async def test_a_condition_expires_every_object_of_the_class(session: TaskSession) -> None:
    order = await session.get_one(Order, 1)
    customer = await session.get_one(Customer, 1)
    await session.update(Order, {"code": "b"}, where=Order.id == 99)

    with pytest.raises(ExpiredAttribute):
        _ = order.code
    assert customer.name == "Ada"


async def test_rows_that_a_condition_deletes_are_found_gone(session: TaskSession) -> None:
    order = await session.get_one(Order, 1)
    await session.delete(Order, where=Order.id == 1)

    with pytest.raises(ExpiredAttribute):
        _ = order.code


async def test_changes_that_wait_for_a_flush_are_sent_before(session: TaskSession) -> None:
    order = await session.get_one(Order, 1)
    order.code = "pending"
    await session.update(Order, {"code": "b"}, key=1)
    code = await session.scalar(select(Order.code))

    assert code == "b"


async def test_what_was_written_belongs_to_the_task_that_wrote_it(session: TaskSession) -> None:
    await session.update(Order, {"code": "b"}, key=1)
    guarded = session.sync_session

    assert isinstance(guarded, GuardedSession)
    assert guarded.ownership.writer is asyncio.current_task()
