"""Who listens is told as often as ever, and what is logged is logged."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from taskbound import Database, DatabaseClosing, TaskSession, outcome_of
from tests.raw.things import Thing, ThingRead, amounts, every

pytestmark = every


async def by_row(session: TaskSession) -> None:
    await session.update(Thing, {"amount": 1}, key=1)


async def by_reading(session: TaskSession) -> None:
    await session.project(ThingRead, select(Thing)).all()


async def by_nothing(_session: TaskSession) -> None:
    pass


async def by_statement(session: TaskSession) -> None:
    await session.execute(text("UPDATE thing SET amount = 1 WHERE id = 1"))


Change = Callable[[TaskSession], Any]
ENGINE = ("begin", "commit", "rollback", "engine_connect")
POOL = ("checkout", "checkin", "reset")
SESSION = (
    "after_transaction_create",
    "after_begin",
    "before_commit",
    "after_commit",
    "after_transaction_end",
)


async def heard(target: Any, names: tuple[str, ...], use: Callable[[], Any]) -> Counter[str]:
    """How often each event has come."""
    seen: Counter[str] = Counter()

    def count(name: str) -> Callable[..., None]:
        return lambda *_: seen.update((name,))

    listeners = [(name, count(name)) for name in names]
    for name, listener in listeners:
        event.listen(target, name, listener)
    await use()
    for name, listener in listeners:
        event.remove(target, name, listener)
    return seen


def block(database: Database, change: Change) -> Callable[[], Any]:
    async def use() -> None:
        async with database.begin() as session:
            await change(session)

    return use


@pytest.mark.parametrize("name", ENGINE)
async def test_an_engine_tells_as_often_as_ever(things: Database, name: str) -> None:
    engine = things.engine.sync_engine
    raw = await heard(engine, (name,), block(things, by_row))

    assert raw == await heard(engine, (name,), block(things, by_statement))
    assert bool(raw) == (name != "rollback")


@pytest.mark.parametrize("name", POOL)
async def test_a_pool_tells_as_often_as_ever(things: Database, name: str) -> None:
    pool = things.engine.pool
    raw = await heard(pool, (name,), block(things, by_row))

    assert raw == await heard(pool, (name,), block(things, by_statement)) == {name: 1}


@pytest.mark.parametrize("name", SESSION)
@pytest.mark.parametrize("change", [by_row, by_reading])
async def test_a_session_tells_as_often_as_ever(
    things: Database, name: str, change: Change
) -> None:
    assert await told(things, name, change) == await told(things, name, by_statement) == {name: 1}


@pytest.mark.parametrize("name", SESSION)
async def test_an_empty_block_tells_as_often_as_one_of_sqlalchemys(
    things: Database, name: str
) -> None:
    async def look(session: TaskSession) -> None:
        # Whatever is changed keeps the block from ending by itself.
        await session.run_sync(lambda sync: sync.is_active)

    assert await told(things, name, by_nothing) == await told(things, name, look)
    assert (await told(things, name, by_nothing))[name] == (name != "after_begin")


async def told(database: Database, name: str, change: Change) -> Counter[str]:
    """The events of a session, which are those of its class or its own."""

    class Own(Session):
        pass

    async def use() -> None:
        async with TaskSession(database.engine, sync_session_class=Own) as session, session.begin():
            await change(session)

    return await heard(Own, (name,), use)


async def test_a_listener_of_the_pool_may_ask_the_connection(things: Database) -> None:
    asked = []

    def ask(connection: Any, *_: object) -> None:
        cursor = connection.cursor()
        cursor.execute("SELECT 1")
        asked.append(cursor.fetchall())
        cursor.close()
        connection.rollback()

    for name in POOL:
        event.listen(things.engine.pool, name, ask)
        await block(things, by_row)()
        event.remove(things.engine.pool, name, ask)

    assert len(asked) == 3
    assert (await amounts(things))[1] == 1


async def test_the_state_of_a_reset_is_as_ever(things: Database) -> None:
    states = []

    def reset(_connection: object, _record: object, state: Any) -> None:
        states.append((state.transaction_was_reset, state.terminate_only, state.asyncio_safe))

    event.listen(things.engine.pool, "reset", reset)
    await block(things, by_row)()
    await block(things, by_statement)()
    event.remove(things.engine.pool, "reset", reset)

    assert states[0] == states[1]


async def test_who_listens_only_since_the_middle_is_told_of_the_commit(things: Database) -> None:
    told: list[Connection] = []
    listener = told.append
    engine = things.engine.sync_engine
    async with things.begin() as session:
        await by_row(session)
        event.listen(engine, "commit", listener)
    event.remove(engine, "commit", listener)

    assert len(told) == 1 and (await amounts(things))[1] == 1


async def test_listeners_of_all_engines_are_told(things: Database) -> None:
    told: list[Connection] = []
    listener = told.append
    event.listen(Engine, "commit", listener)
    await block(things, by_row)()
    event.remove(Engine, "commit", listener)

    assert len(told) == 1


async def test_a_log_has_begin_and_commit(
    database_url: str, things: Database, caplog: pytest.LogCaptureFixture
) -> None:
    engine = create_async_engine(database_url, echo=True)
    async with Database.from_engine(engine) as echoing:
        await block(echoing, by_row)()
        await block(echoing, by_row)()
        caplog.clear()
        await block(echoing, by_row)()
    logging.getLogger(f"sqlalchemy.engine.Engine.{id(engine)}").setLevel(logging.NOTSET)

    said = [one.getMessage() for one in caplog.records if one.name.startswith("sqlalchemy.engine")]
    assert said[0] == "BEGIN (implicit)" and said[-1] == "COMMIT"


async def test_a_log_that_is_turned_on_later_has_them_too(
    things: Database, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "sqlalchemy.engine"):
        await block(things, by_row)()

    said = [one.getMessage() for one in caplog.records if one.name.startswith("sqlalchemy.engine")]
    assert said[0] == "BEGIN (implicit)" and said[-1] == "COMMIT"


async def test_a_block_that_is_open_while_its_database_closes_ends_in_its_time(
    things: Database,
) -> None:
    written, goes_on = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        async with things.begin() as session:
            await by_row(session)
            written.set()
            await goes_on.wait()

    task = asyncio.create_task(work())
    await written.wait()
    closing = asyncio.create_task(things.close(grace=None))
    goes_on.set()
    await task
    cut = await closing
    async with things:
        assert cut == 0 and (await amounts(things))[1] == 1


async def test_a_block_that_is_cut_by_its_database_is_refused(things: Database) -> None:
    written, goes_on = asyncio.Event(), asyncio.Event()
    errors: list[BaseException] = []

    def work(change: Change) -> Any:
        async def working() -> None:
            async with things.begin() as session:
                await change(session)
                written.set()
                await goes_on.wait()

        return working()

    for change in (by_row, by_statement):
        written.clear()
        goes_on.clear()
        task = asyncio.create_task(work(change))
        await written.wait()
        closing = asyncio.create_task(things.close(grace=0))
        # What holds a connection still is cut before it goes on.
        while not things._closing.count:
            await asyncio.sleep(0)
        goes_on.set()
        with pytest.raises(DatabaseClosing) as caught:
            await task
        await closing
        await things.__aenter__()
        errors.append(caught.value)

    assert [outcome_of(error) for error in errors] == ["refused", "refused"]
    assert (await amounts(things))[1] == 10
