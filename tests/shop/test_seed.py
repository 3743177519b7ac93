"""A filled shop."""

from __future__ import annotations

import re

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import func, select

from shop.app import create_app
from shop.models import Base, Customer, Order, OrderLine
from shop.seed import filling
from shop.seed.filling import fill
from taskbound import Database
from tests.shop.asking import order, orders


async def test_an_empty_database_is_filled_with_orders_whose_totals_are_exact(
    database: Database,
) -> None:
    assert await fill(database)

    worth = func.sum(OrderLine.unit_price * OrderLine.quantity)
    async with database.session() as session:
        totals = {row.id: row.total for row in await session.execute(select(Order.id, Order.total))}
        lines = await session.execute(
            select(OrderLine.order_id, worth.label("worth")).group_by(OrderLine.order_id)
        )
    assert 3_000 == len(totals)
    assert {row.order_id: row.worth for row in lines} == totals


async def test_a_filled_database_is_left_alone(database: Database) -> None:
    await fill(database)

    assert not await fill(database)
    assert 3_000 == await orders(database)


async def test_a_filled_shop_takes_new_orders(database: Database) -> None:
    await fill(database)
    transport = ASGITransport(create_app(database))
    async with AsyncClient(transport=transport, base_url="http://shop") as client:
        answer = await client.post("/orders", json=order((1, 1)))

    assert (201, 3_001) == (answer.status_code, answer.json()["id"])


def test_the_addresses_of_a_filled_shop_are_plain() -> None:
    addresses = [row["email"] for _, rows in filling._rows() for row in rows if "email" in row]

    assert 247 == len(set(addresses))
    assert all(re.fullmatch(r"[a-z]+(\.[a-z]+\.\d+)?@[a-z.]+", one) for one in addresses)


async def test_the_shop_is_the_same_each_time(database: Database) -> None:
    assert filling._rows() == filling._rows()


async def test_a_fill_that_is_cut_off_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut_off(session: object) -> None:
        raise KeyboardInterrupt

    await database.create_all(Base.metadata)
    with monkeypatch.context() as patch:
        patch.setattr(filling, "advance_identities", cut_off)
        with pytest.raises(KeyboardInterrupt):
            await fill(database)

    async with database.session() as session:
        assert 0 == await session.scalar(select(func.count()).select_from(Customer))
    assert await fill(database)
