"""How many statements a read sends, as the driver or the server has counted them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select, text

from taskbound import Database, projection
from tests.patterns.drivers import MARIADB
from tests.read.dtos import ORDERS, OrderRead, OrderRow
from tests.read.models import Order
from tests.read.wire import sent

ALL = select(Order).order_by(Order.id)
BY_ID = projection(OrderRow, select(Order).where(Order.id == bindparam("id")))


def alone(driver: str) -> dict[str, int]:
    """One statement. MySQL's drivers have begun a transaction with it, which is ended."""
    return {"SELECT": 1, "ROLLBACK": 1} if driver in MARIADB.values() else {"SELECT": 1}


async def ask(query: Any, what: str) -> Any:
    return await getattr(query, what)()


@pytest.mark.parametrize("what", ["one", "one_or_none", "first", "all", "exists", "count"])
async def test_a_read_outside_a_transaction_is_one_statement(
    one_connection: Database, driver: str, tmp_path: Path, what: str
) -> None:
    await ask(one_connection.project(BY_ID, id=1), what)

    async with sent(one_connection, tmp_path) as statements:
        await ask(one_connection.project(BY_ID, id=1), what)

    assert statements == alone(driver)


async def test_the_first_read_of_a_shape_sends_nothing_more(
    one_connection: Database, driver: str, tmp_path: Path
) -> None:
    async with sent(one_connection, tmp_path) as statements:
        await one_connection.project(OrderRow, Order).get(1)

    assert statements == alone(driver)


async def test_a_read_of_a_session_without_a_transaction_is_one_statement(
    one_connection: Database, driver: str, tmp_path: Path
) -> None:
    async with sent(one_connection, tmp_path) as statements, one_connection.session() as session:
        await session.project(OrderRow, ALL).all()

    assert statements == alone(driver)


async def test_reads_in_a_transaction_are_between_its_begin_and_its_end(
    one_connection: Database, driver: str, tmp_path: Path
) -> None:
    async with (
        sent(one_connection, tmp_path) as statements,
        one_connection.session() as session,
        session.begin(),
    ):
        await session.project(OrderRow, ALL).all()
        await session.project(OrderRow, Order).get(1)

    expected = {"BEGIN": 1, "SELECT": 2, "COMMIT": 1}
    if driver in MARIADB.values():
        # Without autocommit there is no BEGIN.
        expected = {"SELECT": 2, "COMMIT": 1, "ROLLBACK": statements["ROLLBACK"]}
    assert {**statements} == {key: count for key, count in expected.items() if count}


async def test_batches_are_one_statement_a_level_in_one_transaction(
    one_connection: Database, driver: str, tmp_path: Path
) -> None:
    async with sent(one_connection, tmp_path) as statements:
        found = await one_connection.project(OrderRead, ALL, children="batch").all()

    assert found == ORDERS
    assert (statements["SELECT"], statements["COMMIT"]) == (2, 1)
    assert statements["BEGIN"] == (0 if driver in MARIADB.values() else 1)


async def test_without_parents_no_children_are_asked_for(
    one_connection: Database, driver: str, tmp_path: Path
) -> None:
    none = select(Order).where(Order.id == 99)
    async with sent(one_connection, tmp_path) as statements:
        found = await one_connection.project(OrderRead, none, children="batch").all()

    assert (found, statements["SELECT"]) == ([], 1)


@pytest.mark.parametrize("driver", ["sqlite+aiosqlite", "postgresql+asyncpg", "postgresql+psycopg"])
async def test_children_stand_in_the_same_statement_where_the_driver_can_carry_them(
    one_connection: Database, driver: str, tmp_path: Path
) -> None:
    # asyncpg looks up the type of an array of records once for each connection.
    await one_connection.project(OrderRead, ALL).all()

    async with sent(one_connection, tmp_path) as statements:
        found = await one_connection.project(OrderRead, ALL).all()

    assert (found, statements) == (ORDERS, {"SELECT": 1})


async def test_an_engine_in_autocommit_begins_nothing(
    shop_url: str, driver: str, tmp_path: Path
) -> None:
    async with (
        Database(shop_url, pool_size=1, isolation_level="AUTOCOMMIT") as database,
        sent(database, tmp_path) as statements,
    ):
        await database.project(OrderRow, ALL).all()
        async with database.session() as session:
            await session.connection()
            await session.project(OrderRow, ALL).all()

    assert statements["SELECT"] == 2
    assert statements["BEGIN"] == 0


async def test_a_refused_statement_is_not_sent_again(
    one_connection: Database, driver: str, tmp_path: Path
) -> None:
    async with sent(one_connection, tmp_path) as statements:
        with pytest.raises(Exception, match="nowhere"):
            await one_connection.project(OrderRow, ALL.where(text("nowhere = 1"))).all()

    assert statements["SELECT"] <= 1
    assert statements["BEGIN"] == 0
