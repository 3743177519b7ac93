"""Many new rows from DTOs or mappings."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from pydantic import BaseModel
from sqlalchemy import select

from taskbound import UNSET, Database, RowRefused, UnfitValues, UniqueViolation, Unset
from tests.dml.dtos import NewCustomer, NewOrder, OrderInFull, OrderRead, OrderWithLines, customers
from tests.dml.models import CardPayment, Customer, Document, Employee, Line, Order, Payment, Status


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


class Named(NamedTuple):
    name: str


async def test_rows_that_lack_a_column_are_refused_as_by_insert() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.begin() as session:
        with pytest.raises(UnfitValues, match="lacks name"):
            await session.insert_many(Customer, [{"email": "b@example.org"}])
        with pytest.raises(UnfitValues, match="has nam, which is no column of it"):
            await session.insert_many(Customer, [{"nam": "b@example.org"}])


@pytest.mark.parametrize("row", [{"name": "Bob"}, NewCustomer(name="Bob"), Named("Bob")])
async def test_one_row_is_not_taken_for_many(row: Any) -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(TypeError, match="rows are an iterable of DTOs or of mappings"):
            await session.insert_many(Customer, row)


async def test_a_chunk_has_at_least_one_row() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(ValueError, match="at least 1, and not 0"):
            await session.insert_many(Customer, [], chunk=0)


async def test_there_are_two_ways_to_take_an_error() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(ValueError, match='"raise" or "skip", and not \'ignore\''):
            await session.insert_many(Customer, [], on_error="ignore")  # type: ignore[call-overload]  # meant


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
