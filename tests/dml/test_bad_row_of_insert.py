"""Of many new rows none is written where one is refused, and the error names that one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select

from taskbound import Database, From, NotNullViolation, RowRefused, UniqueViolation, ValueRefused
from tests.dml.dtos import NewCustomer, OrderWithLines, customers
from tests.dml.models import Customer, Order, Status
from tests.patterns.drivers import SQLITE, on_servers


@pytest.mark.parametrize("bad", [0, 137, 249])
async def test_a_bad_row_is_named_and_none_is_written(shop: Database, bad: int) -> None:
    rows = [row.model_dump() for row in customers(250)]
    rows[bad]["email"] = "ada@example.org"
    async with shop.begin() as session:
        await session.insert(Customer, {"name": "before"})
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Customer, rows, chunk=100)
        await session.insert(Customer, {"name": "after"})
    names = list(await shop.project(NewCustomer, select(Customer).order_by(Customer.id)).all())

    assert [customer.name for customer in names] == ["Ada", "before", "after"]
    assert (caught.value.row, caught.value.columns) == (bad, ("email",))
    assert (caught.value.field, caught.value.violation and caught.value.violation.change) == (
        "email",
        "insert",
    )
    assert isinstance(caught.value.violation, UniqueViolation)
    assert caught.value.__cause__ is caught.value.violation


async def test_two_rows_that_stand_against_each_other_name_the_second(shop: Database) -> None:
    rows = [*customers(150), NewCustomer(name="again", email="7@example.org")]
    async with shop.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Customer, rows, chunk=100)

    assert caught.value.row == 150


async def test_a_foreign_key_that_leads_nowhere_names_its_row(shop: Database) -> None:
    rows = [{"customer_id": 1 if number != 120 else 99} for number in range(200)]
    async with shop.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Order, rows)
        left = await session.scalar(select(func.count()).select_from(Order))

    assert (caught.value.row, left) == (120, 0)


async def test_the_message_names_row_and_column_and_no_value() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.begin() as session:
        await (await session.connection()).run_sync(Customer.metadata.create_all)
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(
                Customer, [{"name": "Ada"}, {"name": None, "email": "secret@example.org"}]
            )

    assert str(caught.value) == (
        "row 1 for Customer, counted from 0, was refused: customers.name must have a value and was given "
        'none; none of the rows was written; correct it, or have insert_many(..., on_error="skip") write '
        "the others (TB604, docs/errors/TB604.md)"
    )
    assert isinstance(caught.value.__cause__, NotNullViolation)


async def test_of_a_row_that_is_left_out_it_says_so() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.begin() as session:
        await (await session.connection()).run_sync(Customer.metadata.create_all)
        loaded = await session.insert_many(
            Customer, [{"name": "Ada"}, {"name": None}], on_error="skip"
        )

    assert [str(refused) for refused in loaded.refused] == [
        "row 1 for Customer, counted from 0, was refused: customers.name must have a value and was given "
        "none; it was left out; correct it, and write it by itself (TB604, docs/errors/TB604.md)"
    ]
    assert loaded.refused[0].is_left_out


async def test_a_value_that_its_column_does_not_take_names_its_row(shop: Database) -> None:
    rows: list[dict[str, object]] = [{"customer_id": 1, "status": Status.OPEN} for _ in range(10)]
    rows[6]["status"] = 5
    async with shop.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Order, rows)

    assert (caught.value.row, caught.value.columns) == (6, ("status",))
    assert caught.value.fields == ("status",)


class Signup(BaseModel):
    name: str
    address: Annotated[str | None, From("email")] = None


class NumberedSignup(Signup):
    id: int


async def test_the_row_that_was_refused_names_the_field_of_its_dto(shop: Database) -> None:
    taken = [Signup(name="Bob"), Signup(name="Eve", address="ada@example.org")]
    async with shop.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Customer, taken)
        with pytest.raises(RowRefused) as again:
            await session.upsert_many(
                Customer, [NumberedSignup(id=9, name="Eve", address="ada@example.org")]
            )

    assert (caught.value.columns, caught.value.field) == (("email",), "address")
    assert again.value.field == "address"


@on_servers
async def test_a_value_that_the_database_does_not_take_names_its_field(
    shop: Database, driver: str
) -> None:
    rows = [NewCustomer(name="Bob"), NewCustomer(name="x" * 41)]
    async with shop.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Customer, rows)

    assert (caught.value.row, caught.value.field, caught.value.violation) == (1, "name", None)
    assert isinstance(caught.value.refusal, ValueRefused)
    assert "a value is too long for customers.name" in str(caught.value)


async def test_a_row_that_holds_others_names_the_field_within(shop: Database) -> None:
    twice = [{"number": 1, "quantity": 5}] * 2
    orders = [
        OrderWithLines(customer_id=1),
        OrderWithLines.model_validate({"customer_id": 1, "lines": twice}),
    ]
    async with shop.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.insert_many(Order, orders)

    assert (caught.value.row, caught.value.table) == (1, "lines")
    assert "lines.number" in caught.value.fields


async def test_rows_that_are_refused_can_be_left_out(shop: Database) -> None:
    rows = [row.model_dump() for row in customers(30)]
    for bad in (3, 4, 25):
        rows[bad]["email"] = "ada@example.org"
    async with shop.begin() as session:
        loaded = await session.insert_many(
            Customer, rows, chunk=10, on_error="skip", returning=NewCustomer
        )
        count = await session.scalar(select(func.count()).select_from(Customer))

    assert [refused.row for refused in loaded.refused] == [3, 4, 25]
    assert (loaded.written, count) == (27, 28)
    assert [row.name for row in loaded.rows] == [
        f"N{number}" for number in range(30) if number not in {3, 4, 25}
    ]


async def test_what_the_rows_raise_themselves_leaves_none(shop: Database) -> None:
    def rows() -> Iterator[NewCustomer]:
        yield from customers(15)
        raise LookupError("no more")

    async with shop.begin() as session:
        with pytest.raises(LookupError, match="no more"):
            await session.insert_many(Customer, rows(), chunk=10)
        count = await session.scalar(select(func.count()).select_from(Customer))

    assert count == 1


async def test_what_is_about_no_row_is_raised_as_it_is() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.begin() as session:
        with pytest.raises(Exception, match="no such table: customers"):
            await session.insert_many(Customer, customers(3))


@pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)
async def test_in_autocommit_it_is_what_the_type_has_raised(
    shop: Database, database_url: str
) -> None:
    rows = [{"customer_id": 1, "code": code} for code in ("a", 5)]
    async with (
        Database(database_url, isolation_level="AUTOCOMMIT") as database,
        database.session() as session,
    ):
        with pytest.raises(AttributeError, match="upper"):
            await session.insert_many(Order, rows)

    assert await shop.project(NewCustomer, Customer).count() == 1
