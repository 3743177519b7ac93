"""A read of a session that is in a transaction is in it, too."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from taskbound import Database, TaskSession, projection
from tests.patterns.drivers import on_postgresql, on_servers
from tests.read.connections import connection_of, connection_of_read
from tests.read.dtos import ORDERS, ROWS, OrderRead, OrderRow
from tests.read.models import Customer, Line, Order

ALL = select(Order).order_by(Order.id)
BY_ID = projection(OrderRow, select(Order).where(Order.id == bindparam("id")))
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])


def order(number: int) -> Order:
    return Order(id=number, total=Decimal("1.00"), customer_id=1)


@CHILDREN
async def test_a_read_sees_what_the_session_has_flushed(
    session: TaskSession, children: Any
) -> None:
    session.add(order(4))
    await session.flush()

    found = await session.project(OrderRead, ALL, children=children).all()

    assert [each.id for each in found] == [1, 2, 3, 4]


@CHILDREN
async def test_a_read_flushes_first_what_is_pending(session: TaskSession, children: Any) -> None:
    session.add(order(4))

    found = await session.project(OrderRead, ALL, children=children).all()

    assert [each.id for each in found] == [1, 2, 3, 4]
    assert not session.new


async def test_a_changed_attribute_is_flushed_first(session: TaskSession) -> None:
    entity = await session.get_one(Order, 1)
    entity.total = Decimal("99.00")

    assert (await session.project(BY_ID, id=1).one()).total == Decimal("99.00")


async def test_a_deleted_entity_is_gone_from_the_next_read(session: TaskSession) -> None:
    await session.delete(await session.get_one(Order, 3))

    assert await session.project(BY_ID, id=3).one_or_none() is None
    assert await session.project(OrderRow, Order).count() == 2


async def test_every_kind_of_read_flushes_first(session: TaskSession) -> None:
    session.add(order(4))
    assert await session.project(OrderRow, Order).count() == 4
    session.add(order(5))
    assert await session.project(BY_ID, id=5).exists()
    session.add(order(6))
    assert await session.project(OrderRow, Order).get(6) is not None


async def test_without_autoflush_a_read_sees_what_is_flushed_alone(shop: Database) -> None:
    async with shop.session(autoflush=False) as session:
        session.add(order(4))
        before = await session.project(OrderRow, Order).count()
        await session.flush()
        after = await session.project(OrderRow, Order).count()
        await session.rollback()

    assert (before, after) == (3, 4)


async def test_a_block_without_autoflush_does_not_flush(session: TaskSession) -> None:
    with session.no_autoflush:
        session.add(order(4))
        assert await session.project(OrderRow, Order).count() == 3

    assert await session.project(OrderRow, Order).count() == 4


async def test_an_error_of_the_flush_is_raised_by_the_read(session: TaskSession) -> None:
    session.add(order(1))

    with pytest.raises(IntegrityError) as caught:
        await session.project(OrderRow, ALL).all()

    assert "raised as a result of Query-invoked autoflush" in str(caught.value)
    await session.rollback()
    assert await session.project(OrderRow, ALL).all() == ROWS


async def test_a_read_sees_what_a_statement_of_the_session_has_written(
    session: TaskSession,
) -> None:
    await session.execute(update(Order).where(Order.id == 1).values(total=Decimal("7.00")))
    await session.execute(delete(Order).where(Order.id == 3))
    await session.execute(insert(Customer).values(id=9, name="Di"))

    found = await session.project(OrderRow, ALL).all()

    assert found == [OrderRow(1, Decimal("7.00")), ROWS[1]]


async def test_a_rollback_leaves_nothing_of_it(session: TaskSession) -> None:
    session.add(order(4))
    assert await session.project(OrderRow, ALL).count() == 4

    await session.rollback()

    assert not session.in_transaction()
    assert await session.project(OrderRow, ALL).all() == ROWS


@on_servers
@CHILDREN
async def test_a_read_is_on_the_connection_of_the_transaction(
    one_connection: Database, driver: str, children: Any
) -> None:
    backend = one_connection.engine.dialect.name
    async with one_connection.session() as session:
        own = await connection_of(session, backend)

        assert await connection_of_read(session.project, backend) == own
        assert await session.project(OrderRead, ALL, children=children).all() == ORDERS
        assert one_connection.statistics().checked_out == 1


@CHILDREN
async def test_one_connection_is_enough_for_a_transaction_and_its_reads(
    one_connection: Database, children: Any
) -> None:
    async with one_connection.begin() as session:
        found = await session.project(OrderRead, ALL, children=children).all()

    assert found == ORDERS


@CHILDREN
async def test_a_read_outside_a_transaction_begins_none_for_the_session(
    one_connection: Database, children: Any
) -> None:
    async with one_connection.session() as session:
        found = await session.project(OrderRead, ALL, children=children).all()

        assert (found, session.in_transaction()) == (ORDERS, False)
        assert one_connection.statistics().checked_out == 0


async def test_the_first_statement_of_a_begun_transaction_may_be_a_read(
    one_connection: Database,
) -> None:
    async with one_connection.session() as session, session.begin():
        await session.project(OrderRow, ALL).all()
        assert one_connection.statistics().checked_out == 1
        session.add(order(4))
        assert await session.project(OrderRow, ALL).count() == 4
        await session.rollback()

    assert await one_connection.project(OrderRow, ALL).all() == ROWS


async def test_a_read_in_a_savepoint_sees_its_writes_and_forgets_them_with_it(
    session: TaskSession,
) -> None:
    session.add(order(4))
    async with session.begin_nested() as savepoint:
        session.add(order(5))
        inside = await session.project(OrderRow, Order).count()
        await savepoint.rollback()
    outside = await session.project(OrderRow, Order).count()

    assert (inside, outside) == (5, 4)


async def test_a_read_may_be_the_first_statement_of_a_savepoint(session: TaskSession) -> None:
    async with session.begin_nested():
        assert await session.project(OrderRow, ALL).all() == ROWS
        session.add(order(4))

    assert await session.project(OrderRow, Order).count() == 4


async def test_a_refused_statement_in_a_savepoint_leaves_the_transaction_usable(
    session: TaskSession,
) -> None:
    wrong = select(Order).where(text("nowhere = 1"))
    session.add(order(4))
    await session.flush()
    with pytest.raises(Exception, match="nowhere"):
        async with session.begin_nested():
            await session.project(OrderRow, wrong).all()

    assert await session.project(OrderRow, Order).count() == 4


@on_postgresql
async def test_the_isolation_level_that_was_asked_for_holds_for_a_read(shop: Database) -> None:
    level = func.current_setting("transaction_isolation")
    repeatable = shop.engine.execution_options(isolation_level="REPEATABLE READ")
    async with TaskSession(repeatable) as session, session.begin():
        rows = await session.project(
            OrderRow, select(Order).where(level == "repeatable read")
        ).all()

    assert len(rows) == 3


@on_servers
async def test_a_repeatable_read_begins_with_the_first_read(shop: Database, driver: str) -> None:
    async with TaskSession(shop.engine) as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        before = await session.project(OrderRow, Order).count()
        async with shop.begin() as other:
            other.add(order(40))
        try:
            inside = await session.project(OrderRow, Order).count()
            outside = await shop.project(OrderRow, Order).count()
        finally:
            await session.rollback()
            async with shop.begin() as other:
                await other.execute(delete(Order).where(Order.id == 40))

    assert (before, inside, outside) == (3, 3, 4)


async def test_a_batch_of_children_sees_the_sessions_own_writes(session: TaskSession) -> None:
    session.add(Line(order_id=3, number=1, quantity=9, product_id=1))

    found = await session.project(OrderRead, Order, children="batch").get_one(3)

    assert [line.quantity for line in found.lines] == [9]
