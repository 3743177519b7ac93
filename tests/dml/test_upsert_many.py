"""Many rows that are inserted or changed in few statements, of which each is told for what it was."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import func, select

from taskbound import Database, RowRefused
from tests.dml.models import Customer, Document, Order
from tests.patterns.drivers import MARIADB


def customers(*numbers: int, name: str = "N") -> list[dict[str, object]]:
    return [{"name": f"{name}{one}", "email": f"{one}@example.org"} for one in numbers]


async def names(shop: Database) -> list[str]:
    async with shop.session() as session:
        return list(await session.scalars(select(Customer.name).order_by(Customer.email)))


async def test_new_rows_and_those_that_are_there_are_told_apart(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert_many(Customer, customers(1, 3, 5))
        done = await session.upsert_many(
            Customer, customers(*range(7), name="M"), on=Customer.email
        )

    assert (done.inserted, done.updated) == (4, 3)
    assert await names(shop) == [*(f"M{number}" for number in range(7)), "Ada"]


async def test_of_the_same_row_given_twice_the_second_counts(shop: Database) -> None:
    rows = customers(1, 2, 3, 4) + customers(3, 4, 5, name="M")
    async with shop.begin() as session:
        done = await session.upsert_many(Customer, rows, on=Customer.email)

    assert (done.inserted, done.updated) == (5, 2)
    assert await names(shop) == ["N1", "N2", "M3", "M4", "M5", "Ada"]


async def test_what_changes_by_itself_does_so_in_the_rows_that_are_there(shop: Database) -> None:
    orders = [{"id": number, "customer_id": 1} for number in range(1, 6)]
    async with shop.begin() as session:
        await session.insert_many(Order, orders[:2])
        await session.upsert_many(Order, orders)
        await session.upsert_many(Document, [{"id": one, "text": "a"} for one in range(1, 6)])
        await session.upsert_many(Document, [{"id": one, "text": "b"} for one in range(4, 9)])
        changed = list(await session.scalars(select(Order.changed).order_by(Order.id)))
        versions = list(await session.scalars(select(Document.version).order_by(Document.id)))

    assert changed == [7, 7, 0, 0, 0]
    assert versions == [1, 1, 1, 2, 2, 1, 1, 1]


async def test_a_row_that_another_constraint_refuses_is_named_and_changes_none(
    shop: Database,
) -> None:
    rows = [{"id": number, "name": "new", "email": None} for number in range(1, 40)]
    rows[30]["email"] = "9@example.org"
    async with shop.begin() as session:
        await session.insert_many(
            Customer, [{**row, "id": 40 + n} for n, row in enumerate(customers(8, 9))]
        )
        with pytest.raises(RowRefused) as caught:
            await session.upsert_many(Customer, rows, on=Customer.id)
        count = await session.scalar(select(func.count()).select_from(Customer))

    assert (caught.value.row, caught.value.field, count) == (30, "email", 3)
    assert await names(shop) == ["N8", "N9", "Ada"]


@pytest.mark.parametrize("driver", MARIADB.values(), ids=MARIADB.keys())
@pytest.mark.parametrize("count", [5, 40])
async def test_a_row_that_is_there_in_another_spelling_is_found(
    shop: Database, driver: str, count: int
) -> None:
    rows = [*customers(*range(count)), {"name": "Ada L.", "email": "ADA@example.org"}]
    async with shop.begin() as session:
        done = await session.upsert_many(Customer, rows, on=Customer.email)

    assert (done.inserted, done.updated) == (count, 1)
    assert (await names(shop))[-1] == "Ada L."


@pytest.mark.parametrize("driver", MARIADB.values(), ids=MARIADB.keys())
async def test_a_thousand_rows_are_few_statements_without_on_conflict(
    shop: Database, driver: str, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with shop.begin() as session:
        await session.insert_many(Customer, customers(*range(0, 1000, 2)))
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine.Engine")
    async with Database(database_url) as logged, logged.begin() as session:
        done = await session.upsert_many(
            Customer, customers(*range(1000), name="M"), on=Customer.email
        )
    sent = [record.message for record in caplog.records if "customers" in record.message]

    assert (done.inserted, done.updated) == (500, 500)
    assert [text.partition(" ")[0] for text in sent] == ["SELECT", "SELECT", "INSERT", "INSERT"]
