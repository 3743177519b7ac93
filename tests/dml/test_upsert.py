"""Rows that are inserted, or changed where they are there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select

from taskbound import (
    UNSET,
    Database,
    ExpiredAttribute,
    RowRefused,
    TaskSession,
    UnfitConflict,
    UnfitValues,
    UniqueViolation,
    Unset,
    Upserted,
    UpsertedMany,
)
from tests.dml.dtos import NewCustomer, OrderInFull, OrderRead, OrderWithLines
from tests.dml.models import CardPayment, Customer, Document, Employee, Line, Order, Payment


class CustomerRead(BaseModel):
    id: int
    name: str
    email: str | None


class CustomerPatch(BaseModel):
    email: str
    name: str = "nobody"


async def test_a_row_that_is_not_there_is_inserted(shop: Database) -> None:
    async with shop.begin() as session:
        done = await session.upsert(
            Customer, {"id": 7, "name": "Bob", "email": "bob@example.org"}, returning=CustomerRead
        )

    assert done == Upserted(True, CustomerRead(id=7, name="Bob", email="bob@example.org"))


async def test_a_row_that_is_there_is_changed(shop: Database) -> None:
    async with shop.begin() as session:
        done = await session.upsert(Customer, {"id": 1, "name": "Ada L."}, returning=CustomerRead)

    assert done == Upserted(False, CustomerRead(id=1, name="Ada L.", email="ada@example.org"))


async def test_it_is_found_by_another_unique_constraint(shop: Database) -> None:
    values = NewCustomer(name="Ada L.", email="ada@example.org")
    async with shop.begin() as session:
        by_name = await session.upsert(Customer, values, on=Customer.email, returning=CustomerRead)
        by_values = await session.upsert(Customer, values, returning=CustomerRead)

    assert (
        by_name
        == by_values
        == Upserted(False, CustomerRead(id=1, name="Ada L.", email=values.email))
    )


async def test_without_a_dto_it_tells_what_it_has_done(shop: Database) -> None:
    async with shop.begin() as session:
        first = await session.upsert(Customer, {"id": 7, "name": "Bob"})
        second = await session.upsert(Customer, {"id": 7, "name": "Bob"})

    assert (first, second) == (Upserted(True, None), Upserted(False, None))


async def test_a_patch_inserts_all_and_changes_what_it_names(shop: Database) -> None:
    async with shop.begin() as session:
        there = await session.upsert(
            Customer, CustomerPatch(email="ada@example.org"), returning=CustomerRead
        )
        new = await session.upsert(
            Customer, CustomerPatch(email="bob@example.org"), returning=CustomerRead
        )

    assert (there.inserted, there.row.name) == (False, "Ada")
    assert (new.inserted, new.row.name) == (True, "nobody")


async def test_what_is_not_set_is_left_out(shop: Database) -> None:
    @dataclass
    class Patch:
        id: int
        name: str | Unset = UNSET
        email: str | Unset | None = UNSET

    async with shop.begin() as session:
        done = await session.upsert(Customer, Patch(id=1, name="Ada L."), returning=CustomerRead)

    assert done.row == CustomerRead(id=1, name="Ada L.", email="ada@example.org")


async def test_defaults_are_for_a_new_row_and_onupdate_for_one_that_is_there(
    shop: Database,
) -> None:
    async with shop.begin() as session:
        new = await session.upsert(Order, {"id": 5, "customer_id": 1}, returning=OrderRead)
        there = await session.upsert(
            Order, {"id": 5, "customer_id": 1, "code": "x"}, returning=OrderRead
        )

    assert (new.row.changed, new.row.reference, new.row.channel) == (0, "C1", "web")
    assert (there.row.changed, there.row.code, there.row.reference) == (7, "x", "C1")


async def test_versions_are_counted(shop: Database) -> None:
    async with shop.begin() as session:
        for text in ("a", "b", "c"):
            await session.upsert(Document, {"id": 1, "text": text})
        version = await session.scalar(select(Document.version))

    assert version == 3


async def test_a_key_of_two_columns_is_one_constraint(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Order, {"id": 5, "customer_id": 1})
        line = {"order_id": 5, "number": 1, "quantity": 1}
        new = await session.upsert(Line, line, on=(Line.order_id, Line.number))
        there = await session.upsert(Line, {**line, "quantity": 9})
        quantity = await session.scalar(select(Line.quantity))

    assert (new.inserted, there.inserted, quantity) == (True, False, 9)


async def test_a_dto_of_more_than_the_row_is_read_after_it(shop: Database) -> None:
    async with shop.begin() as session:
        new = await session.upsert(Order, {"id": 5, "customer_id": 1}, returning=OrderInFull)
        there = await session.upsert(Order, {"id": 5, "customer_id": 1}, returning=OrderInFull)

    expected = OrderInFull(id=5, customer="Ada", lines=[])
    assert (new, there) == (Upserted(True, expected), Upserted(False, expected))


async def test_another_constraint_is_not_taken_for_the_one_that_was_named(shop: Database) -> None:
    async with shop.session() as session:
        with pytest.raises(UniqueViolation) as caught:
            await session.upsert(
                Customer, {"id": 9, "name": "Eve", "email": "ada@example.org"}, on=Customer.id
            )
        await session.rollback()

    assert caught.value.columns == ("email",)


async def test_what_the_session_holds_of_it_is_expired(shop: Database) -> None:
    async with shop.begin() as session:
        ada = await session.get_one(Customer, 1)
        await session.upsert(Customer, {"id": 1, "name": "Ada L."})

        with pytest.raises(ExpiredAttribute):
            _ = ada.name


async def test_several_at_the_same_time_insert_one_row(shop: Database) -> None:
    async def upsert(session: TaskSession, name: str) -> bool:
        done = await session.upsert(
            Customer, {"name": name, "email": "eve@example.org"}, on=Customer.email
        )
        return done.inserted

    inserted = await asyncio.gather(*(shop.run(upsert, f"N{number}") for number in range(4)))

    assert sorted(inserted) == [False, False, False, True]


async def test_many_are_inserted_or_changed(shop: Database) -> None:
    rows = [{"id": number, "name": f"N{number}"} for number in (3, 1, 2, 3)]
    async with shop.begin() as session:
        done = await session.upsert_many(Customer, rows, returning=CustomerRead)
        count = await session.scalar(select(func.count()).select_from(Customer))

    assert (done.inserted, done.updated, count) == (2, 2, 3)
    assert [row.name for row in done.rows] == ["N3", "N1", "N2", "N3"]
    assert done.rows[1].email == "ada@example.org"


async def test_many_are_told_as_numbers_without_a_dto(shop: Database) -> None:
    told: list[int] = []
    rows = [{"id": number, "name": f"N{number}"} for number in range(1, 31)]
    async with shop.begin() as session:
        done = await session.upsert_many(Customer, iter(rows), chunk=20, progress=told.append)

    assert (done, told) == (UpsertedMany(29, 1, []), [20, 30])


async def test_patches_that_name_different_fields_change_those_alone(shop: Database) -> None:
    rows = [
        CustomerPatch(email="ada@example.org"),
        CustomerPatch(email="bob@example.org", name="Bob"),
        CustomerPatch(email="bob@example.org"),
    ]
    async with shop.begin() as session:
        done = await session.upsert_many(Customer, rows, on=Customer.email, returning=CustomerRead)

    assert [row.name for row in done.rows] == ["Ada", "Bob", "Bob"]


async def test_many_with_a_bad_row_leave_none(shop: Database) -> None:
    rows = [{"id": number, "name": f"N{number}", "email": None} for number in range(2, 22)]
    rows[13]["email"] = "ada@example.org"
    async with shop.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.upsert_many(Customer, rows)
        count = await session.scalar(select(func.count()).select_from(Customer))

    assert (caught.value.row, caught.value.columns, count) == (13, ("email",), 1)


async def test_what_is_no_unique_constraint_is_refused() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitConflict) as caught:
            await session.upsert(Customer, {"id": 1, "name": "Ada"}, on=Customer.name)

    assert str(caught.value) == (
        "(name) of Customer is no unique constraint; give on= one of those that it has: (id) and (email) "
        "(TB603, docs/errors/TB603.md)"
    )


async def test_values_that_fill_no_unique_constraint_are_refused() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitConflict) as caught:
            await session.upsert(Customer, {"name": "Ada"})
        with pytest.raises(UnfitValues, match="lacks email, by which the row is to be found"):
            await session.upsert(Customer, {"name": "Ada"}, on=Customer.email)

    assert str(caught.value) == (
        "the values fill no unique constraint of Customer; give on= one of those that it has: (id) and "
        "(email) (TB603, docs/errors/TB603.md)"
    )


@pytest.mark.parametrize(
    ("model", "values", "reason"),
    [
        (Order, OrderWithLines(customer_id=1), "holds lines, which are rows of their own"),
        (Employee, {"id": 1, "name": "Ada", "wage": 1}, "lies in several tables"),
        (Document, {"id": 1, "text": "a", "version": 3}, "has version, which an upsert counts"),
        (
            Customer,
            {"id": 1, "name": Customer.name + "x"},
            "holds SQL, which an upsert does not take",
        ),
    ],
)
async def test_what_one_statement_does_not_write_is_refused(
    model: type[object], values: object, reason: str
) -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitValues, match=reason):
            await session.upsert(model, values)
        with pytest.raises(UnfitValues, match=reason):
            await session.upsert_many(model, [values])


async def test_a_row_of_another_class_in_the_same_table_is_left_alone(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Payment, {"id": 1, "amount": 5})
        for number in (2, 3):
            await session.insert(CardPayment, {"id": number, "amount": 5, "card": "a"})
        with pytest.raises(UniqueViolation):
            async with session.begin_nested():
                await session.upsert(CardPayment, {"id": 1, "amount": 7, "card": "b"})
        rows = [{"id": number, "amount": 9, "card": "c"} for number in (2, 9, 8, 1, 3)]
        with pytest.raises(RowRefused) as caught:
            await session.upsert_many(CardPayment, rows)
        amounts = list(await session.scalars(select(Payment.amount)))

    assert caught.value.row == 3
    assert amounts == [5, 5, 5]


async def test_a_row_of_a_subclass_is_one_of_its_base(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(CardPayment, {"id": 1, "amount": 5, "card": "a"})
        one = await session.upsert(Payment, {"id": 1, "amount": 7})
        many = await session.upsert_many(
            CardPayment, [{"id": number, "amount": 9} for number in range(6)]
        )
        amounts = list(await session.scalars(select(Payment.amount)))
        cards = list(await session.scalars(select(CardPayment.card).where(CardPayment.id == 1)))

    assert (one.inserted, many.inserted, many.updated) == (False, 5, 1)
    assert (amounts, cards) == ([9] * 6, ["a"])
