"""What a read raises when the database refuses it, and what is left behind."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import String, cast, func, literal, select, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from taskbound import Database
from tests.patterns.drivers import MARIADB, POSTGRESQL, on_postgresql, on_servers
from tests.read.connections import connection_of_read
from tests.read.dtos import ORDERS, ROWS, OrderRead, OrderRow
from tests.read.models import Order
from tests.servers.running import free_port

ALL = select(Order).order_by(Order.id)
WRONG = ALL.where(text("nowhere = :value").bindparams(value=7))
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])
KILL = {"postgresql": "SELECT pg_terminate_backend({})", "mysql": "KILL {}"}

_numbers = select(literal(1).label("n")).cte("numbers", recursive=True)
_numbers = _numbers.union_all(select(_numbers.c.n + 1).where(_numbers.c.n < 3_000_000))
# Longer than the tests wait for it.
SLOW: dict[str, Any] = {
    "postgresql": ALL.where(cast(func.pg_sleep(20), String) == "x"),
    "mysql": ALL.where(func.sleep(20) == 5),
    "sqlite": ALL.where(select(func.max(_numbers.c.n)).scalar_subquery() == 0),
}
SOON = 0.1
# The line of SQLAlchemy in the address of its error pages: 20 or 21.


def slow(database: Database) -> Any:
    return SLOW[database.engine.dialect.name]


async def ids_of_connections(database: Database) -> int:
    return await connection_of_read(database.project, database.engine.dialect.name)


async def kill(database_url: str, *connections: int) -> None:
    """End connections on the server, as an administrator does."""
    engine = create_async_engine(database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        for number in connections:
            await connection.exec_driver_sql(KILL[engine.dialect.name].format(number))
        if engine.dialect.name == "postgresql":
            # The signal is only on its way when the call returns.
            alive = "SELECT count(*) FROM pg_stat_activity WHERE pid = {}"
            for number in connections:
                while await connection.scalar(text(alive.format(number))):
                    pass
    await engine.dispose()


@CHILDREN
async def test_a_refused_statement_raises_what_sqlalchemy_raises(
    shop: Database, children: Any
) -> None:
    with pytest.raises(DBAPIError) as ours:
        await shop.project(OrderRead, WRONG, children=children).all()
    async with shop.session() as session:
        with pytest.raises(DBAPIError) as theirs:
            await session.execute(WRONG)

    assert type(ours.value) is type(theirs.value)
    assert type(ours.value.orig) is type(theirs.value.orig)
    # What follows is the line of the statement, which is another one.
    assert str(ours.value.orig).split("\n")[0] == str(theirs.value.orig).split("\n")[0]
    assert ours.value.__cause__ is ours.value.orig
    assert not ours.value.connection_invalidated


async def test_the_error_has_the_statement_and_its_parameters(shop: Database) -> None:
    with pytest.raises(DBAPIError) as caught:
        await shop.project(OrderRow, WRONG).all()

    error = caught.value
    values = error.params.values() if isinstance(error.params, dict) else error.params
    assert error.statement is not None
    assert error.statement.startswith("SELECT orders.id, orders.total")
    assert list(values or ()) == [7]
    assert "[SQL: SELECT orders.id, orders.total" in str(error)
    assert "[parameters: " in str(error)


async def test_parameters_are_hidden_where_the_engine_hides_them(shop_url: str) -> None:
    async with Database(shop_url, hide_parameters=True) as database:
        with pytest.raises(DBAPIError) as outside:
            await database.project(OrderRow, WRONG).all()
        async with database.session() as session, session.begin():
            with pytest.raises(DBAPIError) as inside:
                await session.project(OrderRow, WRONG).all()
            await session.rollback()

    hidden = "[SQL parameters hidden due to hide_parameters=True]"
    assert hidden in str(outside.value)
    assert hidden in str(inside.value)


@on_servers
async def test_after_a_refused_statement_the_same_connection_goes_on(
    one_connection: Database, driver: str
) -> None:
    before = await ids_of_connections(one_connection)
    for _ in range(3):
        with pytest.raises(DBAPIError):
            await one_connection.project(OrderRow, WRONG).all()

    assert await ids_of_connections(one_connection) == before
    assert await one_connection.project(OrderRow, ALL).all() == ROWS


@CHILDREN
async def test_after_a_refused_statement_the_only_connection_is_free(
    one_connection: Database, children: Any
) -> None:
    with pytest.raises(DBAPIError):
        await one_connection.project(OrderRead, WRONG, children=children).all()

    assert await one_connection.project(OrderRead, ALL, children=children).all() == ORDERS


async def test_after_a_refused_statement_a_transaction_can_be_rolled_back(shop: Database) -> None:
    async with shop.session() as session:
        await session.connection()
        with pytest.raises(DBAPIError):
            await session.project(OrderRow, WRONG).all()
        await session.rollback()

        assert await session.project(OrderRow, ALL).all() == ROWS


@on_postgresql
async def test_a_transaction_that_failed_refuses_the_next_read(shop: Database) -> None:
    async with shop.session() as session:
        await session.connection()
        with pytest.raises(DBAPIError):
            await session.project(OrderRow, WRONG).all()
        with pytest.raises(DBAPIError, match="current transaction is aborted"):
            await session.project(OrderRow, ALL).all()


@CHILDREN
async def test_a_cancelled_read_leaves_no_connection_behind(
    one_connection: Database, children: Any
) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(SOON):
            await one_connection.project(OrderRead, slow(one_connection), children=children).all()

    assert one_connection.statistics().checked_out == 0
    assert await one_connection.project(OrderRead, ALL, children=children).all() == ORDERS


@CHILDREN
async def test_a_cancelled_read_in_a_transaction_takes_its_connection_with_it(
    one_connection: Database, children: Any
) -> None:
    async with one_connection.session() as session:
        await session.connection()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SOON):
                await session.project(OrderRead, slow(one_connection), children=children).all()
        await session.rollback()

        assert await session.project(OrderRead, ALL, children=children).all() == ORDERS
    assert one_connection.statistics().checked_out == 0


async def test_a_read_is_cancelled_while_it_waits_for_a_connection(
    one_connection: Database,
) -> None:
    async with one_connection.session() as session:
        await session.connection()
        waiting = asyncio.create_task(one_connection.project(OrderRow, ALL).all())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait((waiting,))

    assert waiting.cancelled()
    assert await one_connection.project(OrderRow, ALL).all() == ROWS


@pytest.mark.parametrize("steps", range(12))
async def test_a_read_may_be_cancelled_at_any_step(one_connection: Database, steps: int) -> None:
    await one_connection.project(OrderRow, ALL).all()

    reading = asyncio.create_task(one_connection.project(OrderRow, ALL).all())
    for _ in range(steps):
        await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait((reading,))

    assert one_connection.statistics().checked_out == 0
    assert await one_connection.project(OrderRow, ALL).all() == ROWS


@on_servers
@CHILDREN
async def test_a_connection_that_was_killed_is_reported_once_and_replaced(
    one_connection: Database, shop_url: str, driver: str, children: Any
) -> None:
    before = await ids_of_connections(one_connection)
    await kill(shop_url, before)

    with pytest.raises((OperationalError, InterfaceError, DBAPIError)) as caught:
        await one_connection.project(OrderRead, ALL, children=children).all()

    assert caught.value.connection_invalidated
    assert await one_connection.project(OrderRead, ALL, children=children).all() == ORDERS
    assert await ids_of_connections(one_connection) != before


@on_servers
@CHILDREN
async def test_a_connection_killed_in_a_transaction_is_reported_as_sqlalchemy_does(
    one_connection: Database, shop_url: str, driver: str, children: Any
) -> None:
    async with one_connection.session() as session:
        await session.connection()
        own = await connection_of_read(session.project, one_connection.engine.dialect.name)
        await kill(shop_url, own)
        with pytest.raises(DBAPIError) as caught:
            await session.project(OrderRead, ALL, children=children).all()
        await session.rollback()

        assert caught.value.connection_invalidated
        assert await session.project(OrderRead, ALL, children=children).all() == ORDERS


@on_servers
async def test_of_many_connections_killed_at_once_one_is_reported(
    shop_url: str, driver: str
) -> None:
    async with Database(shop_url, pool_size=3) as database:
        backend = database.engine.dialect.name
        async with database.session() as one, database.session() as two:
            await one.connection()
            await two.connection()
            numbers = [await connection_of_read(each.project, backend) for each in (one, two)]
        await kill(shop_url, *numbers)

        with pytest.raises(DBAPIError):
            await database.project(OrderRow, ALL).all()

        # As in SQLAlchemy: what was opened before the failure is not used any more.
        found = await asyncio.gather(*(database.project(OrderRow, ALL).all() for _ in range(3)))
        assert found == [ROWS] * 3


@on_servers
async def test_of_many_connections_killed_at_once_one_is_reported_in_a_transaction(
    shop_url: str, driver: str
) -> None:
    async with Database(shop_url, pool_size=3) as database:
        backend = database.engine.dialect.name
        async with database.session() as one, database.session() as two:
            await one.connection()
            await two.connection()
            numbers = [await connection_of_read(each.project, backend) for each in (one, two)]
        await kill(shop_url, *numbers)

        async with database.session() as session:
            await session.connection()
            with pytest.raises(DBAPIError):
                await session.project(OrderRow, ALL).all()
        found = await asyncio.gather(*(database.project(OrderRow, ALL).all() for _ in range(3)))
        assert found == [ROWS] * 3


@on_servers
async def test_a_connection_killed_while_it_is_read_from_is_reported(
    shop_url: str, driver: str
) -> None:
    async with Database(shop_url, pool_size=1) as database:
        number = await ids_of_connections(database)
        reading = asyncio.create_task(database.project(OrderRow, slow(database)).all())
        await asyncio.sleep(0)
        await kill(shop_url, number)
        with pytest.raises(DBAPIError) as caught:
            await reading

        assert caught.value.connection_invalidated
        assert await database.project(OrderRow, ALL).all() == ROWS


async def test_a_read_without_a_free_connection_waits_and_then_times_out(
    one_connection: Database,
) -> None:
    async with one_connection.session() as session:
        await session.connection()
        with pytest.raises(PoolTimeout) as caught:
            await one_connection.project(OrderRow, ALL).all()

    assert str(caught.value).startswith("no connection came free in 0.5 s at tests/read/")
    assert await one_connection.project(OrderRow, ALL).all() == ROWS


@pytest.mark.parametrize("driver", (POSTGRESQL | MARIADB).values(), ids=(POSTGRESQL | MARIADB))
@CHILDREN
async def test_a_server_that_is_away_raises_what_sqlalchemy_raises(
    driver: str, children: Any
) -> None:
    url = f"{driver}://nobody:secret@127.0.0.1:{free_port()}/nowhere"
    async with Database(url) as database:
        with pytest.raises(Exception, match=r"[Cc]onnect") as ours:
            await database.project(OrderRead, ALL, children=children).all()
        with pytest.raises(Exception, match=r"[Cc]onnect") as theirs:
            async with database.engine.connect():
                pass

    assert type(ours.value) is type(theirs.value)
    assert "secret" not in str(ours.value)
