"""Transactions that meet in a circle."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import Update, update
from sqlalchemy.exc import DBAPIError, OperationalError

from shop.models import Product
from shop.retry import ATTEMPTS, retried
from taskbound import Database

servers = pytest.mark.parametrize(
    "driver",
    ["postgresql+asyncpg", "postgresql+psycopg", "mysql+aiomysql", "mysql+asyncmy"],
)


@servers
async def test_of_two_transactions_in_a_deadlock_both_end_well(stocked: Database) -> None:
    both_hold_one = asyncio.Barrier(2)
    tries = 0

    async def swap(first: int, second: int) -> None:
        nonlocal tries
        tries += 1
        async with stocked.begin() as session:
            await session.execute(_take_one(first))
            if tries <= 2:
                await both_hold_one.wait()
            await session.execute(_take_one(second))

    await asyncio.gather(retried(lambda: swap(1, 2)), retried(lambda: swap(2, 1)))

    assert 3 <= tries
    async with stocked.session() as session:
        assert 8 == (await session.get_one(Product, 1)).stock


async def test_a_transaction_that_never_gets_through_ends_with_its_error() -> None:
    tries = 0

    async def unlucky() -> None:
        nonlocal tries
        tries += 1
        raise OperationalError("UPDATE", {}, Exception(1213, "Deadlock found"))

    with pytest.raises(OperationalError):
        await retried(unlucky)

    assert ATTEMPTS == tries


async def test_any_other_error_is_raised_at_once() -> None:
    tries = 0

    async def wrong() -> None:
        nonlocal tries
        tries += 1
        raise DBAPIError("SELECT", {}, Exception(1146, "no such table"))

    with pytest.raises(DBAPIError):
        await retried(wrong)

    assert 1 == tries


def _take_one(product_id: int) -> Update:
    return update(Product).where(Product.id == product_id).values(stock=Product.stock - 1)
