"""Many new rows from DTOs or mappings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select

from taskbound import (
    UNSET,
    Database,
    From,
    NotNullViolation,
    RowRefused,
    UnfitValues,
    UniqueViolation,
    Unset,
    ValueRefused,
)
from tests.dml.dtos import (
    NewCustomer,
    NewOrder,
    OrderInFull,
    OrderRead,
    OrderWithLines,
)
from tests.dml.models import CardPayment, Customer, Document, Employee, Line, Order, Payment, Status
from tests.patterns.drivers import on_servers


def customers(count: int) -> Iterator[NewCustomer]:
    for number in range(count):
        yield NewCustomer(name=f"N{number}", email=f"{number}@example.org")


async def test_rows_are_written_in_their_order_and_counted(shop: Database) -> None:
    async with shop.begin() as session:
        written = await session.insert_many(Customer, customers(250), chunk=100)
        names = list(await session.scalars(select(Customer.name).order_by(Customer.id)))

    assert written == 250
    assert names == ["Ada", *(f"N{number}" for number in range(250))]


async def test_they_are_what_insert_would_have_written(shop: Database) -> None:
    rows: list[object] = [
        NewOrder(customer_id=1, code="Ab"),
        {"customer_id": 1, "status": Status.PAID},
        {"customer_id": 1, "status": None, "code": "x"},
        {"customer_id": 1, "status": UNSET},
    ]
    async with shop.begin() as session:
        single = [await session.insert(Order, row, returning=OrderRead) for row in rows]
        await session.insert_many(Order, rows)
    read = await shop.project(OrderRead, select(Order).order_by(Order.id)).all()

    many = [row.model_copy(update={"id": 0}) for row in read[len(rows) :]]
    assert many == [row.model_copy(update={"id": 0}) for row in single]


async def test_many_alike_are_what_insert_would_have_written(shop: Database) -> None:
    rows = [NewOrder(customer_id=1, code=f"Ab{number}") for number in range(200)]
    async with shop.begin() as session:
        single = [await session.insert(Order, row, returning=OrderRead) for row in rows]
        await session.insert_many(Order, rows)
    read = await shop.project(OrderRead, select(Order).order_by(Order.id)).all()

    many = [row.model_copy(update={"id": 0}) for row in read[len(rows) :]]
    assert many == [row.model_copy(update={"id": 0}) for row in single]


async def test_what_is_made_of_them_comes_in_their_order(shop: Database) -> None:
    async with shop.begin() as session:
        made = await session.insert_many(
            Order,
            [{"customer_id": 1, "code": f"c{number}"} for number in range(25)],
            chunk=10,
            returning=OrderRead,
        )

    assert [order.code for order in made] == [f"c{number}" for number in range(25)]
    assert len({order.id for order in made}) == 25


async def test_objects_of_relations_are_written_with_each(shop: Database) -> None:
    order = OrderWithLines.model_validate(
        {"customer_id": 1, "lines": [{"number": 1, "quantity": 5}]}
    )
    async with shop.begin() as session:
        made = await session.insert_many(Order, [order, order], returning=OrderInFull)

    assert [len(one.lines) for one in made] == [1, 1]


async def test_rows_of_inheritance_say_of_which_class_they_are(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert_many(CardPayment, [{"amount": number} for number in range(3)])
        await session.insert_many(
            Employee, [{"name": "Ada", "wage": 5}, {"name": "Bob", "wage": 6}]
        )
        kinds = list(await session.scalars(select(Payment.kind)))
        wages = list(await session.scalars(select(Employee.wage).order_by(Employee.id)))

    assert (kinds, wages) == (["card"] * 3, [5, 6])


async def test_first_versions_are_counted(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert_many(Document, [{"text": "a"}, {"text": "b"}])
        versions = list(await session.scalars(select(Document.version)))

    assert versions == [1, 1]


async def test_an_async_iterable_is_read_while_it_is_written(shop: Database) -> None:
    async def rows() -> AsyncIterator[NewCustomer]:
        for customer in customers(25):
            yield customer

    told: list[int] = []
    async with shop.begin() as session:
        written = await session.insert_many(Customer, rows(), chunk=10, progress=told.append)

    assert (written, told) == (25, [10, 20, 25])


async def test_no_more_than_a_chunk_is_taken_ahead() -> None:
    taken: list[int] = []

    def rows() -> Iterator[dict[str, object]]:
        for number in range(25):
            taken.append(number)
            yield {"name": "N"}

    seen: list[int] = []
    async with Database("sqlite+aiosqlite://") as database, database.begin() as session:
        await (await session.connection()).run_sync(Customer.metadata.create_all)
        await session.insert_many(
            Customer, rows(), chunk=10, progress=lambda _: seen.append(len(taken))
        )

    assert seen == [10, 20, 25]


async def test_a_coroutine_may_be_told_of_the_progress() -> None:
    told: list[int] = []

    async def tell(written: int) -> None:
        told.append(written)

    async with Database("sqlite+aiosqlite://") as database, database.begin() as session:
        await (await session.connection()).run_sync(Customer.metadata.create_all)
        await session.insert_many(Customer, customers(3), progress=tell)

    assert told == [3]


async def test_no_rows_are_no_work(shop: Database) -> None:
    async with shop.begin() as session:
        assert await session.insert_many(Customer, []) == 0
        assert await session.insert_many(Customer, [], returning=NewCustomer) == []
    async with shop.session() as session:
        assert await session.insert_many(Customer, []) == 0
        assert not session.in_transaction()


async def test_rows_may_be_written_for_each_that_is_taken(shop: Database) -> None:
    async with shop.begin() as session:

        async def rows() -> AsyncIterator[NewCustomer]:
            for customer in customers(2):
                await session.insert_many(Customer, [{"name": f"before {customer.name}"}])
                yield customer

        assert await session.insert_many(Customer, rows(), chunk=1) == 2
        names = list(await session.scalars(select(Customer.name).order_by(Customer.id)))

    assert names == ["Ada", "before N0", "N0", "before N1", "N1"]


async def test_what_the_session_had_to_write_before_stays(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Customer(name="Bob"))
        with pytest.raises(RowRefused):
            await session.insert_many(Customer, [{"id": 1, "name": "again"}])

    assert await shop.project(NewCustomer, Customer).count() == 2


async def test_what_the_session_cannot_write_before_is_no_row_of_it(shop: Database) -> None:
    async with shop.session() as session:
        session.add(Customer(id=1, name="again"))
        with pytest.raises(UniqueViolation, match="autoflush"):
            await session.insert_many(Customer, customers(2))
        await session.rollback()

    assert await shop.project(NewCustomer, Customer).count() == 1


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
        'none; none of the rows was written; correct it, or give on_error="skip" to write the others '
        "(TB604, docs/errors/TB604.md)"
    )
    assert isinstance(caught.value.__cause__, NotNullViolation)


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


async def test_rows_that_lack_a_column_are_refused_as_by_insert() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.begin() as session:
        with pytest.raises(UnfitValues, match="lacks name"):
            await session.insert_many(Customer, [{"email": "b@example.org"}])
        with pytest.raises(UnfitValues, match="has nam, which is no column of it"):
            await session.insert_many(Customer, [{"nam": "b@example.org"}])


async def test_one_row_is_not_taken_for_many() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(TypeError, match="rows are an iterable of DTOs or of mappings"):
            await session.insert_many(Customer, {"name": "Bob"})


async def test_a_chunk_has_at_least_one_row() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(ValueError, match="at least 1, and not 0"):
            await session.insert_many(Customer, [], chunk=0)


async def test_fields_of_a_dto_that_are_not_set_are_left_to_the_column(shop: Database) -> None:
    @dataclass
    class NewLine:
        order_id: int
        number: int
        quantity: int | Unset = UNSET

    class Numbered(BaseModel):
        order_id: int
        number: int
        quantity: int = 7

    async with shop.begin() as session:
        await session.insert(Order, {"id": 5, "customer_id": 1})
        await session.insert_many(
            Line, [Numbered(order_id=5, number=1), NewLine(order_id=5, number=2, quantity=2)]
        )
        found = list(await session.scalars(select(Line.quantity).order_by(Line.number)))

    assert found == [7, 2]


async def test_rows_that_differ_in_what_they_name_keep_their_order(shop: Database) -> None:
    rows = [
        {"name": f"N{number}", **({"email": f"{number}@example.org"} if number % 3 else {})}
        for number in range(50)
    ]
    async with shop.begin() as session:
        await session.insert_many(Customer, rows)
        names = list(await session.scalars(select(Customer.name).order_by(Customer.id)))

    assert names == ["Ada", *(row["name"] for row in rows)]
