"""Reads on pools of other kinds and sizes, and on pools that are disposed."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool, StaticPool

from taskbound import Database, projection
from tests.read.dtos import ORDERS, ROWS, OrderRead, OrderRow
from tests.read.models import Base, Order, fill

ALL = select(Order).order_by(Order.id)
BY_ID = projection(OrderRow, select(Order).where(Order.id == bindparam("id")))
WRONG = ALL.where(text("nowhere = 1"))
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])


@CHILDREN
async def test_an_engine_without_a_pool_is_read_from(shop_url: str, children: Any) -> None:
    engine = create_async_engine(shop_url, poolclass=NullPool)
    async with Database.from_engine(engine) as database:
        found = await database.project(OrderRead, ALL, children=children).all()
        with pytest.raises(DBAPIError):
            await database.project(OrderRead, WRONG, children=children).all()

    assert found == ORDERS


@CHILDREN
async def test_an_engine_with_sqlalchemys_own_pool_is_read_from(
    shop_url: str, children: Any
) -> None:
    engine = create_async_engine(shop_url, pool_size=1, max_overflow=0, pool_timeout=0.5)
    async with Database.from_engine(engine) as database:
        for _ in range(2):
            with pytest.raises(DBAPIError):
                await database.project(OrderRead, WRONG, children=children).all()
            assert await database.project(OrderRead, ALL, children=children).all() == ORDERS

        assert database.statistics().checked_out == 0


@pytest.fixture
async def shared_connection() -> Any:
    """SQLite in memory with one connection for everybody, as tests often have it."""
    engine = create_async_engine("sqlite+aiosqlite://", poolclass=StaticPool)
    async with Database.from_engine(engine) as database:
        await database.create_all(Base.metadata)
        async with database.begin() as session:
            await session.run_sync(fill)
        yield database


@CHILDREN
async def test_a_connection_for_everybody_is_read_from(
    shared_connection: Database, children: Any
) -> None:
    found = await shared_connection.project(OrderRead, ALL, children=children).all()

    assert found == ORDERS


async def test_a_read_on_a_shared_connection_does_not_end_anothers_transaction(
    shared_connection: Database,
) -> None:
    async with shared_connection.session() as session:
        session.add(Order(id=4, total=Decimal(1), customer_id=1))
        await session.flush()
        beside = await shared_connection.project(OrderRow, Order).count()
        await session.commit()

    assert (beside, await shared_connection.project(OrderRow, Order).count()) == (4, 4)


async def test_a_refused_statement_leaves_a_shared_connection_usable(
    shared_connection: Database,
) -> None:
    with pytest.raises(DBAPIError):
        await shared_connection.project(OrderRow, WRONG).all()

    assert await shared_connection.project(OrderRow, ALL).all() == ROWS


async def test_more_reads_than_connections_take_turns(shop_url: str) -> None:
    async with Database(shop_url, pool_size=2) as database:
        numbers = [1 + i % 3 for i in range(40)]
        found = await asyncio.gather(*(database.project(BY_ID, id=n).one() for n in numbers))

        assert [row.id for row in found] == numbers
        assert database.statistics().checked_out == 0
        assert database.statistics().idle <= 2


async def test_connections_above_the_size_of_the_pool_are_closed_on_return(shop_url: str) -> None:
    async with Database(shop_url, pool_size=1, max_overflow=4) as database:
        numbers = [1 + i % 3 for i in range(40)]
        found = await asyncio.gather(*(database.project(BY_ID, id=n).one() for n in numbers))

        assert [row.id for row in found] == numbers
        assert (database.statistics().checked_out, database.statistics().idle) == (0, 1)


async def test_a_disposed_database_opens_new_connections_for_reads(shop: Database) -> None:
    await shop.project(OrderRow, ALL).all()
    await shop.dispose()
    assert shop.statistics().idle == 0

    assert await shop.project(OrderRow, ALL).all() == ROWS


async def test_a_read_goes_on_when_the_database_is_disposed_beside_it(shop: Database) -> None:
    await shop.project(OrderRow, ALL).all()
    reading = asyncio.create_task(shop.project(OrderRow, ALL).all())
    await asyncio.sleep(0)
    await shop.dispose()

    assert await reading == ROWS
    assert await shop.project(OrderRow, ALL).all() == ROWS


async def test_an_idle_connection_is_checked_before_a_read(shop_url: str) -> None:
    async with Database(shop_url, idle_check=0, pool_size=1) as database:
        for _ in range(3):
            assert await database.project(OrderRow, ALL).all() == ROWS


@pytest.mark.parametrize("options", [{"pool_pre_ping": True}, {"pool_recycle": 0.0}])
async def test_checked_and_recycled_connections_are_read_from(
    shop_url: str, options: dict[str, Any]
) -> None:
    async with Database(shop_url, pool_size=1, **options) as database:
        for _ in range(3):
            assert await database.project(OrderRow, ALL).all() == ROWS


@pytest.mark.parametrize("name", ["checkout", "checkin", "reset"])
async def test_the_events_of_the_pool_are_heard(one_connection: Database, name: str) -> None:
    heard: list[str] = []
    event.listen(one_connection.engine.sync_engine, name, lambda *_: heard.append(name))

    await one_connection.project(OrderRow, ALL).all()
    await one_connection.project(OrderRow, ALL).all()

    assert heard == [name, name]


async def test_a_listener_of_checkouts_may_refuse_a_connection(one_connection: Database) -> None:
    refusals = iter([True, False])

    def refuse(*_: object) -> None:
        from sqlalchemy.exc import DisconnectionError

        if next(refusals, False):
            raise DisconnectionError

    event.listen(one_connection.engine.sync_engine, "checkout", refuse)

    assert await one_connection.project(OrderRow, ALL).all() == ROWS


async def test_an_echo_shows_the_statement_and_its_parameters(
    shop_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Database(shop_url, echo=True) as database:
        await database.project(BY_ID, id=2).one()
        async with database.session() as session, session.begin():
            await session.project(BY_ID, id=2).one()

    ours = [
        record.getMessage() for record in caplog.records if "[taskbound]" in record.getMessage()
    ]
    assert len(ours) == 2
    assert all("2" in message for message in ours)
    assert sum("FROM orders" in record.getMessage() for record in caplog.records) == 2


async def test_an_echo_hides_the_parameters_where_the_engine_does(
    shop_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Database(shop_url, echo=True, hide_parameters=True) as database:
        await database.project(BY_ID, id=2).one()

    assert "[taskbound] [SQL parameters hidden due to hide_parameters=True]" in caplog.messages


@pytest.mark.parametrize("driver", ["sqlite+aiosqlite"])
async def test_reads_do_not_wait_for_a_writer(shop: Database, tmp_path: Path, driver: str) -> None:
    async with shop.begin() as session:
        session.add(Order(id=4, total=Decimal(1), customer_id=1))
        await session.flush()
        beside = await shop.project(OrderRow, Order).count()

    assert (beside, await shop.project(OrderRow, Order).count()) == (3, 4)
