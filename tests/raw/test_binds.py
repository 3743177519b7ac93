"""What an engine or a session was asked for holds without a `Connection`, or there is one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from taskbound import Database, TaskSession
from tests.raw.conftest import fill
from tests.raw.things import Other, Thing, ThingRead, amounts, every, mysql, servers


async def change(session: TaskSession) -> None:
    await session.update(Thing, {"amount": 1}, key=1)


async def fail_after_change(session: TaskSession) -> None:
    await change(session)
    raise ZeroDivisionError


async def kept(database: Database, session: TaskSession) -> bool:
    """Whether what a block has written is there though the block has failed."""
    with pytest.raises(ZeroDivisionError):
        async with session, session.begin():
            await fail_after_change(session)
    return (await amounts(database))[1] == 1


@every
async def test_a_pool_of_sqlalchemys_own_works_as_ever(database_url: str, things: Database) -> None:
    engine = create_async_engine(database_url, pool_size=1, max_overflow=1)
    async with Database.from_engine(engine) as foreign:
        assert not await kept(things, TaskSession(engine))
        async with foreign.begin() as session:
            await change(session)
        assert foreign.statistics().checked_out == 0

    assert (await amounts(things))[1] == 1


@every
async def test_an_engine_without_a_pool_works_as_ever(database_url: str, things: Database) -> None:
    engine = create_async_engine(database_url, poolclass=NullPool)
    async with Database.from_engine(engine) as foreign, foreign.begin() as session:
        await change(session)

    assert (await amounts(things))[1] == 1


@servers
async def test_an_engine_in_autocommit_keeps_each_statement(
    database_url: str, things: Database
) -> None:
    async with Database(database_url, isolation_level="AUTOCOMMIT") as autocommit:
        assert await kept(things, TaskSession(autocommit.engine))


@servers
async def test_an_engine_that_was_made_for_autocommit_keeps_each_statement(
    things: Database,
) -> None:
    engine = things.engine.execution_options(isolation_level="AUTOCOMMIT")

    assert await kept(things, TaskSession(engine))
    async with things.begin() as session:
        await session.update(Thing, {"amount": 10}, key=1)
    assert not await kept(things, TaskSession(things.engine))


@servers
@pytest.mark.parametrize("is_made_for_it", [True, False], ids=["options", "argument"])
async def test_an_engine_has_its_isolation_level(
    database_url: str, things: Database, is_made_for_it: bool
) -> None:
    options: dict[str, Any] = {} if is_made_for_it else {"isolation_level": "SERIALIZABLE"}
    async with Database(database_url, **options) as strict:
        engine = strict.engine
        if is_made_for_it:
            engine = engine.execution_options(isolation_level="SERIALIZABLE")
        level = "transaction_isolation" if "postgresql" in database_url else "@@tx_isolation"
        asked = f"SHOW {level}" if "postgresql" in database_url else f"SELECT {level}"
        async with TaskSession(engine) as session, session.begin():
            await change(session)
            found = await session.scalar(text(asked))

    assert str(found).upper() == "SERIALIZABLE"


@servers
async def test_a_map_of_schemas_is_that_of_the_engine_or_of_the_connection(
    things: Database,
) -> None:
    engine = things.engine.execution_options(schema_translate_map={None: "nowhere"})
    for how in ("engine", "connection"):
        async with TaskSession(engine if how == "engine" else things.engine) as session:
            if how == "connection":
                options = {"schema_translate_map": {None: "nowhere"}}
                await session.connection(execution_options=options)
            with pytest.raises(Exception, match="nowhere"):
                await session.update(Thing, {"amount": 1}, key=1)
            await session.rollback()

    assert (await amounts(things))[1] == 10


class Routing(Session):
    """Goes where its `info` says."""

    def get_bind(self, *arguments: Any, **options: Any) -> Any:
        chosen = self.info.get("bind")
        return super().get_bind(*arguments, **options) if chosen is None else chosen


@every
async def test_a_session_that_chooses_its_engine_writes_there(
    things: Database, other: Database
) -> None:
    session = TaskSession(things.engine, sync_session_class=Routing)
    session.info["bind"] = other.engine.sync_engine
    async with session, session.begin():
        await change(session)

    assert ((await amounts(things))[1], (await amounts(other))[1]) == (10, 1)


@every
@pytest.mark.parametrize("is_kept", [True, False], ids=["committed", "rolled back"])
@pytest.mark.parametrize("is_first", [True, False], ids=["of the first", "of the second"])
async def test_a_session_of_two_engines_is_in_a_transaction_of_each(
    things: Database, other: Database, is_kept: bool, is_first: bool
) -> None:
    both = {Thing: things.engine, Other: other.engine}
    models: list[Any] = [Thing, Other] if is_first else [Other, Thing]
    async with TaskSession(binds=both) as session:
        transaction = await session.begin()
        for model in (*models, *models):
            await session.update(model, {"amount": 5}, key=1)
        await (transaction.commit() if is_kept else transaction.rollback())

    async with other.session() as session:
        others = await session.scalar(select(Other.amount))
    assert [(await amounts(things))[1], others] == ([5, 5] if is_kept else [10, 10])
    assert other.statistics().checked_out == 0


@every
async def test_a_session_on_a_connection_is_in_its_transaction(things: Database) -> None:
    async with things.engine.connect() as connection:
        transaction = await connection.begin()
        async with TaskSession(connection) as session, session.begin():
            await change(session)
        await transaction.rollback()

    assert (await amounts(things))[1] == 10


@every
async def test_a_session_on_a_connection_may_commit_in_a_savepoint(things: Database) -> None:
    async with things.engine.connect() as connection:
        transaction = await connection.begin()
        session = TaskSession(connection, join_transaction_mode="create_savepoint")
        async with session, session.begin():
            await change(session)
        async with TaskSession(connection) as reading:
            rows = await reading.project(ThingRead, select(Thing).where(Thing.id == 1)).all()
        await transaction.rollback()

    assert [row.amount for row in rows] == [1]
    assert (await amounts(things))[1] == 10


@mysql
async def test_a_session_of_two_phases_has_them(things: Database) -> None:
    seen: list[object] = []
    event.listen(things.engine.sync_engine, "commit_twophase", lambda *_: seen.append(1))
    async with TaskSession(things.engine, twophase=True) as session, session.begin():
        await change(session)

    assert seen == [1] and (await amounts(things))[1] == 1


@every
async def test_a_factory_of_sqlalchemys_makes_such_sessions(things: Database) -> None:
    make = async_sessionmaker(things.engine, class_=TaskSession)
    async with make.begin() as session:
        await change(session)

    assert (await amounts(things))[1] == 1


@servers
@pytest.mark.parametrize("overflow", [0, 2])
async def test_a_pool_that_overflows_closes_what_is_too_much(
    database_url: str, things: Database, overflow: int
) -> None:
    async with Database(database_url, pool_size=1, max_overflow=overflow) as small:

        async def write(number: int) -> None:
            async with small.begin() as session:
                await session.insert(Thing, {"id": number, "amount": number})

        await asyncio.gather(*(write(number) for number in range(10, 30)))
        found = small.statistics()

    assert (found.checked_out, found.idle) == (0, 1)
    assert len(await amounts(things)) == 23


@pytest.fixture
async def other(
    driver: str, request: pytest.FixtureRequest, tmp_path: Any
) -> AsyncIterator[Database]:
    """Another database of the same driver, filled as the first."""
    if driver.startswith("sqlite"):
        url = f"{driver}:///{tmp_path}/other.sqlite"
        async with Database(url) as opened:
            await _fill_other(opened)
            yield opened
        return
    backend = driver.partition("+")[0]
    made = request.getfixturevalue(
        {"postgresql": "postgresql_databases"}.get(backend, "mariadb_databases")
    )
    with made.fresh() as fresh:
        async with Database(fresh.set(drivername=driver)) as opened:
            await _fill_other(opened)
            yield opened


async def _fill_other(database: Database) -> None:
    await fill(database)
    async with database.begin() as session:
        session.add(Other(id=1, amount=10))
