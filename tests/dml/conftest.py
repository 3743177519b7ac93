"""An empty shop on each driver."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from taskbound import Database
from tests.dml.models import Base, Customer


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Database]:
    """The tables, with Ada as the only row: customer 1."""
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with database.begin() as session:
        session.add(Customer(name="Ada", email="ada@example.org"))
    yield database
    assert database.statistics().checked_out == 0


@pytest.fixture
async def three(shop: Database) -> Database:
    """The shop, with the customers 1, 2 and 3."""
    async with shop.begin() as session:
        session.add_all([Customer(id=2, name="Bob"), Customer(id=3, name="Cyd")])
    return shop
