"""The end of a block: the transaction's first, then the session's."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import async_sessionmaker

from taskbound import Database, TaskSession, outcome_of
from tests.write.accounts import add, amounts


class Lingering(TaskSession):
    """A session that takes its time to close."""

    async def close(self) -> None:
        self.info["closing"].set()
        await self.info["go"].wait()
        await super().close()


async def test_what_is_cancelled_after_its_commit_is_told_that_it_was_committed(
    bank: Database,
) -> None:
    closing, go = asyncio.Event(), asyncio.Event()
    info = {"closing": closing, "go": go}
    sessions = async_sessionmaker(bank.engine, class_=Lingering, info=info)

    async def pay() -> None:
        async with sessions.begin() as session:
            await add(session, 1, 5)

    task = asyncio.create_task(pay())
    await closing.wait()
    task.cancel()
    asyncio.get_running_loop().call_soon(go.set)
    with pytest.raises(asyncio.CancelledError) as caught:
        await task

    assert "committed" == outcome_of(caught.value)
    assert [15, 10] == await amounts(bank)


async def test_what_has_failed_and_is_cancelled_while_it_closes_is_refused(bank: Database) -> None:
    closing, go = asyncio.Event(), asyncio.Event()
    info = {"closing": closing, "go": go}
    sessions = async_sessionmaker(bank.engine, class_=Lingering, info=info)

    async def pay() -> None:
        async with sessions.begin() as session:
            await add(session, 1, 5)
            raise LookupError

    task = asyncio.create_task(pay())
    await closing.wait()
    task.cancel()
    asyncio.get_running_loop().call_soon(go.set)
    with pytest.raises(asyncio.CancelledError) as caught:
        await task

    assert "refused" == outcome_of(caught.value)
    assert [10, 10] == await amounts(bank)
