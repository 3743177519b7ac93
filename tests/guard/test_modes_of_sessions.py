"""Where a law does not raise, the program goes on as it would with SQLAlchemy alone."""

from __future__ import annotations

import asyncio
import gc
import logging
import warnings

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, MissingGreenlet, StatementError

from taskbound import (
    Database,
    Finding,
    OverlappingOperations,
    TaskboundWarning,
    TaskSession,
    subscribe,
)
from taskbound.guard.session import GuardedSession
from tests.library import Author

COUNT = select(func.count()).select_from(Author)


async def warmed(session: TaskSession) -> TaskSession:
    """Its connection is out already, so that SQLAlchemy does not refuse an overlap by itself."""
    await session.scalar(COUNT)
    return session


async def test_an_overlap_that_warns_goes_on(sqlite_library: str) -> None:
    async with Database(sqlite_library, guard={"TB101": "warn"}) as database:
        async with database.session() as session:
            await warmed(session)
            with pytest.warns(TaskboundWarning) as caught:
                counts = await asyncio.gather(session.scalar(COUNT), session.scalar(COUNT))

        assert list(counts) == [1, 1]
        assert [type(warning.message.error) for warning in caught] == [OverlappingOperations]  # type: ignore[union-attr]  # a TaskboundWarning


async def test_an_overlap_that_is_observed_is_a_finding_for_each_call(sqlite_library: str) -> None:
    found: list[str] = []
    stop = subscribe(lambda finding: found.append(finding.code), Finding)
    async with Database(sqlite_library, guard={"TB101": "observe"}) as database:
        async with database.session() as session:
            await warmed(session)
            await asyncio.gather(
                session.scalar(COUNT),
                session.get(Author, 1),
                session.get_one(Author, 1),
            )
        stop()

        assert found == ["TB101"]
        assert database.statistics().checked_out == 0


async def test_after_an_observed_overlap_the_session_is_watched_as_before(
    sqlite_library: str,
) -> None:
    async with (
        Database(sqlite_library, guard={"TB101": "observe"}) as database,
        database.session() as session,
    ):
        await warmed(session)
        await asyncio.gather(session.scalar(COUNT), session.scalar(COUNT))
        owner = session.sync_session.ownership  # type: ignore[attr-defined]  # a GuardedSession

        assert owner.running is None
        assert await session.scalar(COUNT) == 1


async def test_interleaved_work_that_is_observed_is_ended(
    sqlite_library: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "taskbound.guard")
    flushed, ended = asyncio.Event(), asyncio.Event()

    async def write(session: TaskSession) -> None:
        session.add(Author(id=2, name="Grace"))
        await session.flush()
        flushed.set()
        await ended.wait()

    async with Database(sqlite_library, guard={"TB102": "observe"}) as database:
        async with database.session() as session:
            writing = asyncio.create_task(write(session))
            await flushed.wait()
            await session.rollback()
            ended.set()
            await writing

            assert await session.scalar(COUNT) == 1
        assert ["TB102" in message for message in caplog.messages] == [True]


async def test_a_closed_session_that_warns_begins_again(sqlite_library: str) -> None:
    async with Database(sqlite_library, guard={"TB103": "warn"}) as database:
        async with database.session() as session:
            pass
        with pytest.warns(TaskboundWarning, match="on a session that was closed at"):
            count = await session.scalar(COUNT)
        await session.close()

        assert count == 1
        assert database.statistics().checked_out == 0


async def test_hidden_io_that_is_observed_fails_as_sqlalchemy_does(sqlite_library: str) -> None:
    found: list[str] = []
    stop = subscribe(lambda finding: found.append(finding.code), Finding)
    async with (
        Database(sqlite_library, guard={"TB2": "observe"}) as database,
        database.session() as session,
    ):
        author = await session.get_one(Author, 1)
        await session.rollback()
        raised = _raised_by(author)
    stop()

    assert raised in {MissingGreenlet, DBAPIError, StatementError}
    assert found == ["TB202"]


def _raised_by(author: Author) -> type[Exception] | None:
    """What reading the name raises. What SQLAlchemy leaves behind then, a coroutine, is cleared away."""
    raised: type[Exception] | None = None
    # A line of its log would hold the coroutine.
    logging.disable()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            author.name  # noqa: B018  # the access is what is tested
        except Exception as error:  # whatever it is
            raised = type(error)
        gc.collect()
    logging.disable(logging.NOTSET)
    return raised


@pytest.mark.parametrize(
    "off", [{"TB1": "off", "TB2": "off", "TB3": "off", "TB4": "off"}, "off", False]
)
async def test_without_a_law_of_sessions_nothing_watches_the_session(
    sqlite_library: str, off: object
) -> None:
    async with (
        Database(sqlite_library, guard=off) as database,  # type: ignore[arg-type]  # one of its forms
        database.session() as session,
    ):
        assert not isinstance(session.sync_session, GuardedSession)


@pytest.mark.parametrize("code", ["TB101", "TB102", "TB103"])
async def test_a_law_that_is_off_says_nothing(sqlite_library: str, code: str) -> None:
    found: list[Finding] = []
    stop = subscribe(found.append, Finding)
    async with Database(sqlite_library, guard={code: "off"}) as database:
        session = await warmed(database.session())
        try:
            if code == "TB101":
                await asyncio.gather(session.scalar(COUNT), session.scalar(COUNT))
            elif code == "TB103":
                await session.close()
                await session.scalar(COUNT)
        finally:
            await session.close()
    stop()

    assert found == []
