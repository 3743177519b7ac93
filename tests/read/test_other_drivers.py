"""Drivers that taskbound does not know are read through SQLAlchemy's own form of them."""

from __future__ import annotations

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.dialects import registry
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from taskbound import Database
from taskbound.driver import driver_of
from tests.garbage import sweep
from tests.read.dtos import ORDERS, ROWS, OrderRead, OrderRow
from tests.read.models import Order

ALL = select(Order).order_by(Order.id)
WRONG = ALL.where(text("nowhere = 1"))
CHILDREN = pytest.mark.parametrize("children", [None, "inline", "batch"])


# The same driver by a name that taskbound does not know.
registry.register("sqlite.other", "sqlalchemy.dialects.sqlite.aiosqlite", "SQLiteDialect_aiosqlite")


@pytest.fixture
async def other(filled_file: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """The shop by another name of a driver, and with one connection."""
    copy = shutil.copy(filled_file, tmp_path / "shop.sqlite")
    url = make_url(f"sqlite+other:///{copy}")
    assert driver_of(url) is None
    engine = create_async_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.5)
    async with Database.from_engine(engine) as opened:
        yield opened
        assert opened.statistics().checked_out == 0


@CHILDREN
async def test_reads_outside_a_transaction_are_the_same(other: Database, children: Any) -> None:
    assert await other.project(OrderRead, ALL, children=children).all() == ORDERS
    assert await other.project(OrderRead, Order, children=children).get(2) == ORDERS[1]
    assert await other.project(OrderRow, ALL).count() == 3


@CHILDREN
async def test_reads_in_a_transaction_are_in_it(other: Database, children: Any) -> None:
    async with other.session() as session:
        session.add(Order(id=4, total=Decimal(1), customer_id=1))
        found = await session.project(OrderRead, ALL, children=children).all()
        await session.rollback()

    assert [row.id for row in found] == [1, 2, 3, 4]


async def test_a_refused_statement_raises_sqlalchemys_error(other: Database) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        await other.project(OrderRow, WRONG).all()
    async with other.session() as session:
        await session.connection()
        with pytest.raises(DBAPIError, match="nowhere"):
            await session.project(OrderRow, WRONG).all()

    assert await other.project(OrderRow, ALL).all() == ROWS


# Python 3.13 tells of a connection that SQLAlchemy lets go of, when it is cancelled while it is opened.
@pytest.mark.filterwarnings("ignore:unclosed database:ResourceWarning")
@pytest.mark.parametrize("steps", range(8))
async def test_a_cancelled_read_leaves_nothing_behind(other: Database, steps: int) -> None:
    sweep()
    reading = asyncio.create_task(other.project(OrderRow, ALL).all())
    for _ in range(steps):
        await asyncio.sleep(0)
    reading.cancel()
    await asyncio.wait((reading,))

    assert other.statistics().checked_out == 0
    assert await other.project(OrderRow, ALL).all() == ROWS
    # So that it is told of here.
    del reading
    gc.collect()
