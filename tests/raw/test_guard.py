"""The guard knows of a connection without a `Connection` what it knows of any other."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select, text

from taskbound import (
    Database,
    ExpiredAttribute,
    Finding,
    InterleavedWork,
    NestedCheckout,
    OverlappingOperations,
    PoolExhausted,
    SessionClosed,
    TaskSession,
)
from tests.here import there
from tests.raw.things import Thing, ThingRead, amounts, every

pytestmark = every


async def take(session: TaskSession) -> None:
    await session.update(Thing, {"amount": 1}, key=1)  # takes


async def test_a_connection_that_lies_idle_names_who_took_it(
    database_url: str, things: Database, findings: list[Finding]
) -> None:
    async with Database(database_url, held_budget=0.01) as impatient:
        await impatient.check()
        async with impatient.begin() as session:
            await take(session)
            await asyncio.sleep(0.05)
            await session.update(Thing, {"amount": 2}, key=2)  # comes back

    name = test_a_connection_that_lies_idle_names_who_took_it.__name__
    assert [finding.code for finding in findings] == ["TB405"]
    assert (
        f"after update(): taken at {there('takes', 'take')}, used again at {there('comes back', name)}; "
        in str(findings[0].error)
    )
    assert await amounts(things) == {1: 1, 2: 2, 3: 10}


@pytest.mark.parametrize("is_warm", [True, False], ids=["idle", "to be opened"])
async def test_a_time_out_names_who_took_the_only_connection(
    database_url: str, things: Database, is_warm: bool
) -> None:
    holds, goes_on = asyncio.Event(), asyncio.Event()

    async def work(database: Database) -> None:
        async with database.begin() as session:
            await take(session)
            holds.set()
            await goes_on.wait()

    async with Database(database_url, pool_size=1, pool_timeout=0.05) as single:
        if is_warm:
            await single.check()
        task = asyncio.create_task(work(single), name="holding")
        await holds.wait()
        with pytest.raises(PoolExhausted) as caught:
            async with single.begin() as session:
                await session.update(Thing, {"amount": 2}, key=2)  # wants
        goes_on.set()
        await task

    wanted = test_a_time_out_names_who_took_the_only_connection.__name__
    assert f"came free in 0.05 s at {there('wants', wanted)}: " in str(caught.value)
    assert f"taken at {there('takes', 'take')} by task 'holding'" in str(caught.value)
    assert "idle in a transaction" in str(caught.value)
    assert await amounts(things) == {1: 1, 2: 10, 3: 10}


async def test_who_waits_for_the_only_connection_gets_it(
    database_url: str, things: Database
) -> None:
    async with Database(database_url, pool_size=1) as single:

        async def count() -> None:
            async with single.begin() as session:
                row = select(Thing).where(Thing.id == 1).with_for_update()
                read = await session.project(ThingRead, row).one()
                await session.update(Thing, {"amount": read.amount + 1}, key=1)

        async def write(number: int) -> None:
            async with single.begin() as session:
                await session.insert(Thing, {"id": number, "amount": number})

        await asyncio.gather(*(each for n in range(10, 20) for each in (count(), write(n))))

    assert (await amounts(things))[1] == 20 and len(await amounts(things)) == 13


async def test_a_second_connection_of_a_task_is_told_with_both_lines(
    things: Database, findings: list[Finding]
) -> None:
    # Two are idle.
    async with things.engine.connect() as one, things.engine.connect() as two:
        await one.execute(text("SELECT 1"))
        await two.execute(text("SELECT 1"))
    findings.clear()
    async with things.begin() as outer:
        await take(outer)
        async with things.session() as inner, inner.begin():
            await inner.project(ThingRead, select(Thing)).all()  # second

    name = test_a_second_connection_of_a_task_is_told_with_both_lines.__name__
    (found,) = [finding.error for finding in findings]
    assert isinstance(found, NestedCheckout)
    assert there("second", name) in str(found) and there("takes", "take") in str(found)


async def test_another_task_is_refused_inside_and_the_block_goes_on(things: Database) -> None:
    async def beside(session: TaskSession) -> None:
        with pytest.raises(OverlappingOperations):
            await session.update(Thing, {"amount": 9}, key=3)
        with pytest.raises(OverlappingOperations):
            await session.commit()

    refused = asyncio.Event()

    async def end(session: TaskSession) -> None:
        with pytest.raises(InterleavedWork):
            await session.rollback()
        refused.set()

    async with things.begin() as session:
        await take(session)
        ending = asyncio.create_task(end(session))
        await refused.wait()
        await asyncio.gather(session.update(Thing, {"amount": 2}, key=2), beside(session))

    await ending
    assert await amounts(things) == {1: 1, 2: 2, 3: 10}


async def test_a_session_that_is_closed_is_refused(things: Database) -> None:
    async with things.begin() as session:
        await take(session)

    with pytest.raises(SessionClosed):
        await take(session)
    assert (await amounts(things))[1] == 1


async def test_the_line_of_an_end_that_expires_is_known(things: Database) -> None:
    async with TaskSession(things.engine, expire_on_commit=True) as session:
        async with session.begin():
            thing = await session.get_one(Thing, 1)
        await session.refresh(thing)
        await session.commit()
        async with session.begin():
            await session.refresh(thing)
        async with session.begin():  # ends
            pass
        with pytest.raises(ExpiredAttribute) as caught:
            _ = thing.amount
        await session.rollback()

    name = test_the_line_of_an_end_that_expires_is_known.__name__
    assert there("ends", name) in str(caught.value)
