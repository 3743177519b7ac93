"""Law: in a transaction, a task waits for the database and for nothing else (FM-03)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, text

from taskbound import Database, Finding, HeldConnection, PoolExhausted, TaskSession
from tests.here import there
from tests.library import Author, Base

BUDGET = 0.02
# Takes longer than that.
SLOW = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000) SELECT max(i) FROM n"
CURE = (
    "end the transaction before you wait for anything but the database, and begin another after it "
    "(TB405, docs/errors/TB405.md)"
)


@pytest.fixture
async def impatient(tmp_path: object) -> AsyncIterator[Database]:
    """A database whose connections may lie idle for a moment, and two of them."""
    async with Database(
        "sqlite+aiosqlite://", held_budget=BUDGET, pool_size=2, pool_timeout=2 * BUDGET
    ) as database:
        yield database


async def call_out() -> None:
    await asyncio.sleep(2 * BUDGET)


async def read(session: TaskSession) -> None:
    await session.scalar(select(1))  # takes


async def test_a_connection_that_lies_idle_is_reported_with_both_lines(
    impatient: Database, findings: list[Finding]
) -> None:
    async with impatient.session() as session:
        await read(session)
        await call_out()
        await session.scalar(select(1))  # comes back

    back = there(
        "comes back", test_a_connection_that_lies_idle_is_reported_with_both_lines.__name__
    )
    assert [str(finding.error) for finding in findings] == [
        f"a connection lay idle in a transaction for more than 0.02 s after scalar(): "
        f"taken at {there('takes', 'read')}, used again at {back}; {CURE}"
    ]


@pytest.mark.parametrize("ending", ["commit", "rollback", "close"])
async def test_coming_back_to_end_the_work_is_late_as_well(
    impatient: Database, findings: list[Finding], ending: str
) -> None:
    async with impatient.session() as session:
        await read(session)
        await call_out()
        await getattr(session, ending)()

    assert [finding.code for finding in findings] == ["TB405"]


async def test_the_end_of_a_block_is_late_as_well(
    impatient: Database, findings: list[Finding]
) -> None:
    async with impatient.begin() as session:
        await read(session)
        await call_out()

    error = findings[0].error
    assert isinstance(error, HeldConnection) and error.back is not None
    assert error.back.function == "test_the_end_of_a_block_is_late_as_well"


async def test_a_session_that_nobody_comes_back_to_is_reported_by_who_waits_in_vain(
    impatient: Database, findings: list[Finding]
) -> None:
    answered, taken = asyncio.Event(), asyncio.Barrier(3)

    async def report() -> None:
        async with impatient.session() as session:
            await read(session)
            await taken.wait()
            await answered.wait()  # waits

    reporting = [asyncio.create_task(report()) for _ in range(2)]
    await taken.wait()
    with pytest.raises(PoolExhausted):
        async with impatient.session() as session:
            await session.scalar(select(1))
    seen = list(findings)
    answered.set()
    await asyncio.gather(*reporting)

    assert [str(finding.error) for finding in seen] == [
        f"a connection that was taken at {there('takes', 'read')} less than 1 s ago is idle in a "
        f"transaction, while its task waits at {there('waits', 'report')}; {CURE}"
    ]


async def test_where_it_raises_the_work_that_was_held_is_rolled_back() -> None:
    strict = Database("sqlite+aiosqlite://", held_budget=BUDGET, guard={"TB405": "raise"})
    async with strict:
        with pytest.raises(HeldConnection):
            async with strict.begin() as session:
                await read(session)
                await call_out()

        assert strict.statistics().checked_out == 0


@pytest.mark.parametrize("settings", [{"held_budget": None}, {"guard": {"TB405": "off"}}], ids=str)
async def test_without_a_budget_nothing_is_reported(
    findings: list[Finding], settings: dict[str, Any]
) -> None:
    options: dict[str, Any] = {"held_budget": BUDGET, **settings}
    async with (
        Database("sqlite+aiosqlite://", **options) as database,
        database.session() as session,
    ):
        await read(session)
        await call_out()

    assert findings == []


async def test_waiting_between_two_transactions_holds_nothing(
    impatient: Database, findings: list[Finding]
) -> None:
    async with impatient.session() as session:
        await call_out()
        await read(session)
        await session.commit()
        await call_out()
        await read(session)

    assert findings == []


async def test_a_statement_that_takes_long_is_not_idleness(
    impatient: Database, findings: list[Finding]
) -> None:
    async with impatient.session() as session:
        await read(session)
        for _ in range(3):
            await session.execute(text(SLOW))

    assert findings == []


async def test_what_is_found_in_the_session_does_not_use_the_connection(
    impatient: Database, findings: list[Finding]
) -> None:
    await impatient.create_all(Base.metadata)
    async with impatient.begin() as session:
        session.add(Author(id=1, name="Ada", biography="long"))
    async with impatient.session() as session:
        ada = await session.get(Author, 1)
        await call_out()
        assert await session.get(Author, 1) is ada
        seen = len(findings)
        await session.refresh(ada)

    assert (seen, [finding.code for finding in findings]) == (0, ["TB405"])
    assert str(findings[0].error).startswith(
        "a connection lay idle in a transaction for more than 0.02 s after get(): "
    )


@pytest.mark.parametrize("load", ["get", "merge", "flush"])
async def test_coming_back_is_seen_where_an_operation_sends_something_within(
    impatient: Database, findings: list[Finding], load: str
) -> None:
    await impatient.create_all(Base.metadata)
    other = Author(id=2, name="Bob", biography="short")
    async with impatient.session() as session:
        await read(session)
        await call_out()
        if load == "get":
            await session.get(Author, 1)
        elif load == "merge":
            await session.merge(other)
        else:
            session.add(other)
            await session.flush()
        await session.rollback()

    assert [finding.code for finding in findings] == ["TB405"]
