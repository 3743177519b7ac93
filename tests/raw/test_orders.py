"""Each order of steps does the same as on an engine that somebody listens to, which has a `Connection`."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event, select, text, update

from taskbound import Database, TaskSession
from tests.drawing import examples
from tests.raw.things import Thing, ThingRead, amounts, every

pytestmark = every

Step = Callable[[TaskSession, int], Awaitable[Any]]


async def insert(session: TaskSession, number: int) -> None:
    await session.insert(Thing, {"id": number, "amount": 1})


async def insert_returning(session: TaskSession, number: int) -> Any:
    return await session.insert(Thing, {"id": number, "amount": 1}, returning=ThingRead)


async def change(session: TaskSession, number: int) -> None:
    await session.update(Thing, {"amount": 5}, key=number)


async def change_where(session: TaskSession, number: int) -> Any:
    return await session.update(Thing, {"amount": 6}, where=Thing.id >= number)


async def delete(session: TaskSession, number: int) -> None:
    await session.delete(Thing, key=number)


async def upsert(session: TaskSession, number: int) -> None:
    await session.upsert(Thing, {"id": number, "amount": 7})


async def insert_many(session: TaskSession, number: int) -> None:
    await session.insert_many(Thing, [{"id": n, "amount": 8} for n in (number, number + 1)])


async def refused(session: TaskSession, number: int) -> None:
    await session.insert(Thing, {"id": number, "amount": None})


async def read(session: TaskSession, _: int) -> Any:
    return await session.project(ThingRead, select(Thing).order_by(Thing.id)).all()


async def read_locked(session: TaskSession, number: int) -> Any:
    rows = select(Thing).where(Thing.id == number).with_for_update()
    return await session.project(ThingRead, rows).all()


async def stream(session: TaskSession, _: int) -> Any:
    rows = session.project(ThingRead, select(Thing).order_by(Thing.id)).stream()
    return [row async for row in rows]


async def add(session: TaskSession, number: int) -> None:
    session.add(Thing(id=number, amount=2))


async def flush(session: TaskSession, _: int) -> None:
    await session.flush()


async def set_entity(session: TaskSession, number: int) -> Any:
    thing = await session.get(Thing, number)
    if thing is not None:
        thing.amount += 1
    return thing is None


async def execute(session: TaskSession, number: int) -> Any:
    statement = update(Thing).where(Thing.id == number).values(amount=Thing.amount + 10)
    return (await session.execute(statement)).rowcount  # type: ignore[attr-defined]  # of an UPDATE


async def by_connection(session: TaskSession, number: int) -> Any:
    connection = await session.connection()
    given = {"id": number}
    return (await connection.execute(text("DELETE FROM thing WHERE id = :id"), given)).rowcount


async def run_sync(session: TaskSession, number: int) -> Any:
    return await session.run_sync(lambda sync: sync.get(Thing, number) is None)


async def commit(session: TaskSession, _: int) -> None:
    await session.commit()


async def roll_back(session: TaskSession, _: int) -> None:
    await session.rollback()


async def close(session: TaskSession, _: int) -> None:
    await session.close()


async def invalidate(session: TaskSession, _: int) -> None:
    await session.invalidate()


async def fail(_session: TaskSession, _: int) -> None:
    raise ZeroDivisionError


async def open_savepoint(session: TaskSession, _: int) -> None:
    await session.begin_nested()


ROWS: tuple[Step, ...] = (
    insert,
    insert_returning,
    change,
    change_where,
    delete,
    upsert,
    insert_many,
    read,
)
OTHERS: tuple[Step, ...] = (
    refused,
    read_locked,
    stream,
    add,
    flush,
    set_entity,
    execute,
    by_connection,
    run_sync,
)
ENDS: tuple[Step, ...] = (commit, roll_back, close, invalidate, fail, open_savepoint)

# A step with its row; or steps in a block, a savepoint, or an attempt whose error is caught.
Program = list[tuple[Any, Any]]


def drawn(chance: random.Random, depth: int = 0) -> Program:
    """Some steps, most of them of rows."""
    steps: Program = []
    for _ in range(chance.randint(0, 4)):
        kind = chance.random()
        if depth < 2 and kind < 0.2:
            steps.append((chance.choice(("nested", "attempt")), drawn(chance, depth + 1)))
        else:
            among = ROWS if kind < 0.7 else OTHERS if kind < 0.93 else ENDS
            steps.append((chance.choice(among), chance.randint(1, 5)))
    return steps


class Run:
    """A program that is run on a database, and what it has seen."""

    def __init__(self, database: Database, options: dict[str, Any]) -> None:
        self.database = database
        self.options = options
        self.seen: list[Any] = []

    async def blocks(self, programs: list[tuple[str, Program]]) -> None:
        """Each in its way, one after the other in the same session."""
        await self._quietly("session", self._session(programs))
        self.seen.append(await amounts(self.database))
        self.seen.append(self.database.statistics().checked_out)

    async def _session(self, programs: list[tuple[str, Program]]) -> None:
        async with TaskSession(self.database.engine, **self.options) as session:
            for how, program in programs:
                await self._quietly(how, self._block(session, how, program))
                self._look(session)

    async def _block(self, session: TaskSession, how: str, program: Program) -> None:
        if how == "by hand":
            await self._steps(session, program)
            await session.commit()
        else:
            async with session.begin():
                await self._steps(session, program)

    async def _steps(self, session: TaskSession, program: Program) -> None:
        for step, number in program:
            if step == "nested":
                async with session.begin_nested():
                    await self._steps(session, number)
            elif step == "attempt":
                await self._quietly("attempt", self._steps(session, number))
            else:
                self.seen.append((step.__name__, await step(session, number)))
            self._look(session)

    async def _quietly(self, what: str, doing: Awaitable[None]) -> None:
        try:
            await doing
        except Exception as error:
            self.seen.append((what, type(error).__name__, str(error)))

    def _look(self, session: TaskSession) -> None:
        inside = session.in_transaction(), session.in_nested_transaction(), session.is_active
        self.seen.append((inside, len(session.identity_map), len(session.new)))


@pytest.fixture
async def heard(things: Database, database_url: str) -> AsyncIterator[Database]:
    """The same database through an engine that somebody listens to."""
    async with Database(database_url) as opened:
        event.listen(opened.engine.sync_engine, "begin", lambda _connection: None)
        yield opened


@pytest.mark.parametrize("guard", [True, False], ids=["guarded", "unguarded"])
async def test_each_order_of_steps_does_the_same(
    things: Database, heard: Database, guard: bool
) -> None:
    for seed in range(examples(60)):
        chance = random.Random(seed)
        programs = [
            (chance.choice(("block", "block", "by hand")), drawn(chance))
            for _ in range(chance.randint(1, 3))
        ]
        options = {"guard": guard, "expire_on_commit": chance.random() < 0.3}
        runs = [Run(database, options) for database in (things, heard)]
        for run in runs:
            async with heard.begin() as session:
                await session.execute(text("DELETE FROM thing"))
                session.add_all([Thing(id=number, amount=10) for number in (1, 2, 3)])
            await run.blocks(programs)
        assert runs[0].seen == runs[1].seen, (seed, programs)
