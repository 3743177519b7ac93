"""A block that reads and writes rows has no `Connection`, and is a transaction as any other."""

from __future__ import annotations

import gc
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Connection, event, select, text, update
from sqlalchemy.exc import SAWarning
from sqlalchemy.orm import SessionTransaction

from taskbound import Database, LostWrites, TaskSession
from tests.raw.things import Thing, ThingRead, amounts, every

pytestmark = every


async def test_rows_alone_are_written_and_read_without_one(
    things: Database, made: list[Connection]
) -> None:
    async with things.begin() as session:
        await session.insert(Thing, {"id": 4, "amount": 1})
        await session.update(Thing, {"amount": 2}, key=1)
        await session.delete(Thing, key=2)
        await session.upsert(Thing, {"id": 7, "amount": 3})
        read = await session.project(ThingRead, select(Thing).where(Thing.id == 4)).one()
        await session.insert_many(Thing, [{"id": 5, "amount": 5}, {"id": 6, "amount": 6}])

    assert made == [] and read == ThingRead(4, 1)
    assert await amounts(things) == {1: 2, 3: 10, 4: 1, 5: 5, 6: 6, 7: 3}


async def test_a_block_that_has_to_open_its_connection_has_none_either(
    things: Database, made: list[Connection]
) -> None:
    await things.dispose()
    async with things.begin() as session:
        await session.update(Thing, {"amount": 2}, key=1)

    # SQLAlchemy looks at the server with the first one of a pool.
    assert [one for one in made if not one.closed and one._has_events] == []
    assert (await amounts(things))[1] == 2


async def by_entities(session: TaskSession) -> None:
    thing = await session.get_one(Thing, 1)
    thing.amount += 1
    await session.flush()


async def by_statement(session: TaskSession) -> None:
    await session.execute(update(Thing).where(Thing.id == 1).values(amount=Thing.amount + 1))


async def by_connection(session: TaskSession) -> None:
    connection = await session.connection()
    await connection.execute(text("UPDATE thing SET amount = amount + 1 WHERE id = 1"))


async def by_function(session: TaskSession) -> None:
    await session.run_sync(
        lambda sync: sync.execute(text("UPDATE thing SET amount = amount + 1 WHERE id = 1"))
    )


async def by_savepoint(session: TaskSession) -> None:
    async with session.begin_nested():
        await by_row(session)


async def by_locked_row(session: TaskSession) -> None:
    rows = select(Thing).where(Thing.id == 1).with_for_update()
    read = await session.project(ThingRead, rows).one()
    await session.update(Thing, {"amount": read.amount + 1}, key=1)


async def by_stream(session: TaskSession) -> None:
    rows = session.project(ThingRead, select(Thing).where(Thing.id == 1)).stream()
    (read,) = [row async for row in rows]
    await session.update(Thing, {"amount": read.amount + 1}, key=1)


async def by_row(session: TaskSession) -> None:
    read = await session.project(ThingRead, select(Thing).where(Thing.id == 1)).one()
    await session.update(Thing, {"amount": read.amount + 1}, key=1)


WAYS = [
    by_entities,
    by_statement,
    by_connection,
    by_function,
    by_savepoint,
    by_locked_row,
    by_stream,
]
Way = Callable[[TaskSession], Awaitable[None]]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_another_way_before_and_after_is_in_the_same_transaction(
    things: Database, way: Way
) -> None:
    for number, ways in enumerate(((by_row, way, by_row), (way, by_row, way)), 1):
        async with things.begin() as session:
            for one in ways:
                await one(session)
            session.expire_all()
            await session.rollback()
        async with things.begin() as session:
            for one in ways:
                await one(session)
        assert (await amounts(things))[1] == 10 + 3 * number


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
async def test_an_error_rolls_back_what_was_written_in_any_way(things: Database, way: Way) -> None:
    for ways in ((by_row,), (by_row, way), (way, by_row)):
        with pytest.raises(ZeroDivisionError):
            async with things.begin() as session:
                for one in ways:
                    await one(session)
                raise ZeroDivisionError

    assert (await amounts(things))[1] == 10


async def test_a_savepoint_that_is_left_open_is_committed_with_the_block(things: Database) -> None:
    async with things.begin() as session:
        await by_row(session)
        await session.begin_nested()

    assert not session.in_transaction() and not session.in_nested_transaction()
    assert (await amounts(things))[1] == 11


async def test_a_savepoint_that_is_left_open_in_an_empty_block_is_gone(things: Database) -> None:
    async with things.session() as session:
        async with session.begin():
            await session.begin_nested()

        assert not session.in_transaction() and not session.in_nested_transaction()


async def test_a_savepoint_is_undone_alone(things: Database) -> None:
    async with things.begin() as session:
        await session.update(Thing, {"amount": 1}, key=1)
        async with session.begin_nested() as savepoint:
            await session.update(Thing, {"amount": 2}, key=2)
            await savepoint.rollback()
        await session.update(Thing, {"amount": 3}, key=3)

    assert await amounts(things) == {1: 1, 2: 10, 3: 3}


async def test_a_session_goes_on_after_each_end(things: Database, made: list[Connection]) -> None:
    async with things.session() as session:
        async with session.begin():
            await session.update(Thing, {"amount": 1}, key=1)
        async with session.begin():
            await session.update(Thing, {"amount": 2}, key=2)
        assert made == []
        await session.update(Thing, {"amount": 9}, key=3)
        await session.rollback()
        await session.update(Thing, {"amount": 3}, key=3)
        await session.commit()

    assert await amounts(things) == {1: 1, 2: 2, 3: 3}


@pytest.mark.parametrize("ending", ["commit", "rollback", "close"])
async def test_a_block_that_was_ended_inside_is_not_ended_again(
    things: Database, ending: str
) -> None:
    ended = []
    async with TaskSession(things.engine, guard=False) as session:
        event.listen(session.sync_session, "after_transaction_end", lambda *_: ended.append(1))
        for write in (False, True):
            async with session.begin():
                if write:
                    await by_row(session)
                await getattr(session, ending)()

    assert len(ended) == 2
    assert (await amounts(things))[1] == (11 if ending == "commit" else 10)


async def test_a_block_that_was_ended_inside_is_over_once(
    things: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = []
    ordinary = SessionTransaction.close

    def close(self: SessionTransaction, invalidate: bool = False) -> None:
        ended.append(1)
        ordinary(self, invalidate)

    monkeypatch.setattr(SessionTransaction, "close", close)
    async with TaskSession(things.engine, guard=False) as session, session.begin():
        await session.commit()

    assert len(ended) == 1


async def test_what_is_closed_without_a_commit_is_lost_and_told(things: Database) -> None:
    session = things.session()
    await session.begin()
    await session.update(Thing, {"amount": 1}, key=1)

    with pytest.raises(LostWrites) as caught:
        await session.close()

    assert caught.value.written == ("UPDATE thing",)
    assert (await amounts(things))[1] == 10


async def test_a_session_that_is_thrown_away_gives_its_connection_back(things: Database) -> None:
    async def forget() -> None:
        session = things.session()
        await session.begin()
        await session.update(Thing, {"amount": 1}, key=1)

    await forget()
    with pytest.warns(SAWarning, match="non-checked-in connection"):
        gc.collect()

    assert things.statistics().checked_out == 0
    assert (await amounts(things))[1] == 10
