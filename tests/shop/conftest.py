"""The shop with few goods, and a client that asks it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient

from shop.app import create_app
from taskbound import Database
from tests.shop.goods import stock_the_shop


@pytest.fixture
async def stocked(database: Database) -> Database:
    """The test's database with the few goods in it."""
    await stock_the_shop(database)
    return database


@pytest.fixture
async def client(stocked: Database) -> AsyncIterator[AsyncClient]:
    """A client of the shop; it gets error responses, not exceptions."""
    transport = ASGITransport(create_app(stocked), raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://shop") as opened:
        yield opened
