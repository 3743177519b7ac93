"""The end of a block: the transaction's first, then the session's."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import Session

from taskbound import CommitOutcomeUnknown, Database, TaskSession, outcome_of
from tests.write.accounts import add, amounts

Sessions = async_sessionmaker[TaskSession]
Pay = Callable[[Sessions], Coroutine[Any, Any, None]]


class Lingering(TaskSession):
    """A session that takes its time to close."""

    async def close(self) -> None:
        self.info["closing"].set()
        await self.info["go"].wait()
        await super().close()


async def ended_while_closing(bank: Database, pay: Pay) -> BaseException:
    """What a task raises that is cancelled while it closes its session."""
    closing, go = asyncio.Event(), asyncio.Event()
    info = {"closing": closing, "go": go}
    sessions: Sessions = async_sessionmaker(bank.engine, class_=Lingering, info=info)
    task = asyncio.create_task(pay(sessions))
    await closing.wait()
    task.cancel()
    asyncio.get_running_loop().call_soon(go.set)
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    return caught.value


async def test_what_is_cancelled_after_its_commit_was_committed(bank: Database) -> None:
    async def pay(sessions: Sessions) -> None:
        async with sessions.begin() as session:
            await add(session, 1, 5)

    error = await ended_while_closing(bank, pay)

    assert "committed" == outcome_of(error)
    assert [15, 10] == await amounts(bank)


async def test_what_has_failed_and_is_cancelled_while_it_closes_is_refused(bank: Database) -> None:
    async def pay(sessions: Sessions) -> None:
        async with sessions.begin() as session:
            await add(session, 1, 5)
            raise LookupError

    error = await ended_while_closing(bank, pay)

    assert "refused" == outcome_of(error)
    assert [10, 10] == await amounts(bank)


async def test_what_the_commit_has_raised_is_the_cause_of_a_later_cancellation(
    bank: Database,
) -> None:
    def refuse(_session: Session) -> None:
        raise CommitOutcomeUnknown(reason="no answer", place=None)

    async def pay(sessions: Sessions) -> None:
        async with sessions.begin() as session:
            event.listen(session.sync_session, "before_commit", refuse)

    error = await ended_while_closing(bank, pay)

    assert isinstance(error.__cause__, CommitOutcomeUnknown)
    assert "unknown" == outcome_of(error)
