"""Two tasks in a session that nobody guards spoil their own work, and no connection of others.

Not on MySQL, whose drivers wait for ever when two statements are sent at once.
"""

from __future__ import annotations

import asyncio
import contextlib

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from taskbound import Database, TaskSession
from tests.raw.things import Thing, ThingRead, amounts, postgresql

pytestmark = postgresql


async def test_two_tasks_in_an_unguarded_session_lose_no_connection(things: Database) -> None:
    async def work(session: TaskSession, number: int) -> None:
        await session.update(Thing, {"amount": number}, key=number)
        await session.project(ThingRead, select(Thing)).all()
        await session.commit()

    for _ in range(20):
        session = TaskSession(things.engine, guard=False)
        working = (work(session, number) for number in (1, 2, 3))
        await asyncio.gather(*working, return_exceptions=True)
        # What drivers make of two statements at once may be the end of the connection.
        with contextlib.suppress(DBAPIError):
            await session.close()
        assert things.statistics().checked_out == 0

    # And none that was given back is in the middle of something.
    async with things.begin() as session:
        await session.update(Thing, {"amount": 4}, every=True)
    assert await amounts(things) == {1: 4, 2: 4, 3: 4}


async def test_what_is_written_beside_a_commit_is_not_left_to_the_next(things: Database) -> None:
    async with Database(things.engine.url, pool_size=1) as single:
        await single.check()
        session = TaskSession(single.engine, guard=False)
        await session.begin()
        await session.update(Thing, {"amount": 1}, key=1)
        await asyncio.gather(
            session.commit(),
            *(session.update(Thing, {"amount": 2}, key=2) for _ in range(5)),
            return_exceptions=True,
        )
        await session.close()
        before = await amounts(things)
        async with single.begin() as other:
            await other.update(Thing, {"amount": 3}, key=3)
        after = await amounts(things)

    assert after == {**before, 3: 3}
