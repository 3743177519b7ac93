"""Statements that lock their rows."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from taskbound import Database
from tests.patterns.drivers import on_postgresql, on_servers
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
