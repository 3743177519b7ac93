"""Statements that lock their rows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from taskbound import Database, Options, Repository, projection
from tests.patterns.drivers import on_postgresql, on_servers, on_sqlite
from tests.read.dtos import ORDERS, CustomerRead, OrderRead, OrderWithPayer
from tests.read.models import Customer, Order

ALL = select(Order).order_by(Order.id)
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])


async def ids(project: Any, statement: Any) -> list[int]:
    """The numbers of the orders, of which the rest is as it should be."""
    found = await project(OrderRead, statement).all()
    assert all(order == ORDERS[order.id - 1] for order in found)
    return [order.id for order in found]


@on_servers
@CHILDREN
async def test_a_lock_is_on_the_rows_of_the_statement_alone(
    shop: Database, driver: str, children: Any
) -> None:
    locked = select(Order).where(Order.id == 1).with_for_update(nowait=True)
    async with shop.session() as session, session.begin():
        found = await session.project(OrderRead, locked, children=children).one()
        async with shop.session() as other:
            await other.begin()
            with pytest.raises(DBAPIError):
                await other.project(OrderRead, locked, children=children).one()
            await other.rollback()

    assert found == ORDERS[0]


@on_postgresql
@CHILDREN
async def test_a_lock_goes_with_an_outer_join(shop: Database, children: Any) -> None:
    locked = ALL.with_for_update()
    async with shop.session() as session, session.begin():
        found = await session.project(OrderWithPayer, locked, children=children).all()

    assert [each.id for each in found] == [1, 2, 3]


@on_postgresql
async def test_what_is_joined_for_the_dto_is_not_locked(shop: Database) -> None:
    customers = select(Customer).with_for_update(nowait=True).order_by(Customer.id)
    async with shop.session() as session, session.begin():
        await session.project(OrderRead, ALL.with_for_update()).all()
        async with shop.session() as other, other.begin():
            found = await other.project(CustomerRead, customers).all()

    assert len(found) == 3


@on_servers
async def test_rows_that_are_locked_can_be_skipped(shop: Database, driver: str) -> None:
    skipping = ALL.with_for_update(skip_locked=True)
    async with shop.session() as session, session.begin():
        await session.scalars(select(Order).where(Order.id == 1).with_for_update())
        async with shop.session() as other, other.begin():
            found = await ids(other.project, skipping)

    assert 1 not in found


@on_postgresql
async def test_a_lock_outside_a_transaction_is_gone_at_once(shop: Database) -> None:
    locked = select(Order).where(Order.id == 1).with_for_update(nowait=True)

    found = [await shop.project(OrderRead, locked).one() for _ in range(2)]

    assert found == [ORDERS[0]] * 2


async def is_locked(shop: Database, key: int) -> bool:
    """Whether somebody else cannot lock an order."""
    async with shop.session() as other:
        await other.begin()
        try:
            await other.project(OrderRead, Order).with_for_update(nowait=True).get_one(key)
        except DBAPIError:
            return True
        finally:
            await other.rollback()
    return False


@on_servers
async def test_a_query_is_asked_for_its_rows_with_a_lock(shop: Database, driver: str) -> None:
    prepared = projection(OrderRead, Order)
    async with shop.begin() as session:
        by_class = await session.project(OrderRead, Order).with_for_update().get_one(1)
        first = select(Order).where(Order.id == 1)
        by_statement = await session.project(OrderRead, first).with_for_update().first()
        by_prepared = await session.project(prepared).with_for_update().get(1)
        # Of another customer: MariaDB locks what is joined as well.
        locked = [await is_locked(shop, key) for key in (1, 3)]

    assert by_class == by_statement == by_prepared == ORDERS[0]
    assert locked == [True, False]


@on_servers
@CHILDREN
async def test_a_lock_begins_the_transaction_that_it_lasts_for(
    shop: Database, driver: str, children: Any
) -> None:
    async with shop.session() as session:
        for statement in (Order, ALL.with_for_update()):
            query = session.project(OrderRead, statement, children=children)
            await (query if statement is not Order else query.with_for_update()).first()
            began, locked = session.in_transaction(), await is_locked(shop, 1)
            await session.rollback()

            assert (began, locked) == (True, True)
        assert not await is_locked(shop, 1)


@on_servers
async def test_what_is_locked_can_be_left_out_or_counted(shop: Database, driver: str) -> None:
    async with shop.begin() as session, shop.session() as other:
        await session.project(OrderRead, Order).with_for_update().get_one(1)
        left = other.project(OrderRead, ALL).with_for_update(skip_locked=True)
        found, count, there = await left.all(), await left.count(), await left.exists()
        pages, text = await left.page(size=5), await left.json()
        streamed = [order async for order in left.stream()]
        await other.rollback()

    assert 1 not in {order.id for order in found}
    assert pages.items == streamed == found
    assert (count, there, len(text) > 2) == (len(found), bool(found), True)


@on_servers
async def test_a_repository_locks_what_it_is_asked_for(shop: Database, driver: str) -> None:
    async with shop.begin() as session, shop.session() as other:
        found = await Repository[Order](session).get(OrderRead, 1, Options(for_update=True))
        orders = Repository[Order](other)
        with pytest.raises(DBAPIError):
            await orders.get(OrderRead, 1, Options(for_update="nowait"))
        await other.rollback()
        rest = await orders.list(OrderRead, Options(for_update="skip_locked"))
        await other.rollback()

    assert found == ORDERS[0]
    assert 1 not in {order.id for order in rest}


async def test_a_method_that_reads_no_row_locks_none(shop: Database) -> None:
    async with shop.session() as session:
        with pytest.raises(TypeError, match=r"count\(\) has no use for the option for_update"):
            await Repository[Order](session).count(Options(for_update=True))


@on_sqlite
async def test_sqlite_takes_the_write_lock_in_place_of_rows(shop_url: str, driver: str) -> None:
    async with Database(shop_url, busy_timeout=0.1) as shop, shop.session() as session:
        await session.project(OrderRead, Order).get_one(1)
        await session.project(OrderRead, Order).with_for_update().get_one(1)
        began = session.in_transaction()
        async with shop.session() as other:
            with pytest.raises(DBAPIError, match="database is locked"):
                await other.project(OrderRead, ALL.with_for_update(nowait=True)).first()
            await other.rollback()
        await session.rollback()

    assert began
