"""What is looked into once for objects of one type holds for each of them, whatever its values are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from msgspec import UNSET as MSGSPEC_UNSET
from msgspec import Struct, UnsetType
from pydantic import BaseModel
from sqlalchemy import func, select

from taskbound import Database, NotFound, UnfitValues
from tests.dml.dtos import NewCustomer, OrderRead
from tests.dml.models import CardPayment, Customer, Document, Order, Status


@dataclass
class Given:
    customer_id: int
    status: Status | None
    code: str | None


class Patch(Struct):
    name: str | UnsetType = MSGSPEC_UNSET
    email: str | UnsetType | None = MSGSPEC_UNSET


class Named(BaseModel):
    name: str
    email: str | None = None


class Key(BaseModel):
    id: int


async def test_none_stands_for_the_default_of_one_row_and_not_of_the_next(shop: Database) -> None:
    rows = [Given(1, Status.PAID, "a"), Given(1, None, None), Given(1, Status.PAID, "b")]
    async with shop.begin() as session:
        made = [await session.insert(Order, row, returning=OrderRead) for row in rows]

    assert [(row.status, row.code) for row in made] == [
        (Status.PAID, "a"),
        (Status.OPEN, None),
        (Status.PAID, "b"),
    ]


async def test_defaults_are_made_for_each_row(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Customer, {"id": 2, "name": "Bob"})
        made = [
            await session.insert(Order, Given(number, Status.OPEN, None), returning=OrderRead)
            for number in (1, 2, 1)
        ]

    assert [row.reference for row in made] == ["C1", "C2", "C1"]


async def test_patches_of_one_type_change_what_each_of_them_names(shop: Database) -> None:
    async with shop.begin() as session:
        for patch in (Patch(name="A"), Patch(email=None), Patch(name="B", email="b"), Patch()):
            await session.update(Customer, patch, key=1)
        found = await session.project(NewCustomer, select(Customer)).one()

    assert found == NewCustomer(name="B", email="b")


async def test_a_patch_of_a_row_that_is_not_there_finds_none(shop: Database) -> None:
    async with shop.session() as session:
        await session.update(Customer, Patch(name="A"), key=1)
        with pytest.raises(NotFound):
            await session.update(Customer, Patch(name="A"), key=2, returning=Key)
        await session.rollback()


async def test_a_patch_may_be_computed_after_one_that_was_not(shop: Database) -> None:
    async with shop.begin() as session:
        await session.update(Customer, {"name": "Eve"}, key=1)
        await session.update(Customer, {"name": func.upper(Customer.name)}, key=1)
        found = await session.project(NewCustomer, select(Customer)).one()

    assert found.name == "EVE"


async def test_a_version_is_compared_also_after_patches_without_one(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Document, {"text": "a"})
        await session.update(Document, {"text": "b"}, key=1)
        await session.update(Document, {"text": "c"}, key=1, version=2)
        version = await session.scalar(select(Document.version))

    assert version == 3


async def test_upserts_of_one_type_take_over_what_each_of_them_was_given(shop: Database) -> None:
    first = Named(name="Ada", email="ada@example.org")
    async with shop.begin() as session:
        done = [
            await session.upsert(Customer, {"id": 1, "name": "A", "email": "x@example.org"}),
            await session.upsert(Customer, Named(name="A", email="x@example.org"), on="email"),
            await session.upsert(Customer, first, on=Customer.email),
            await session.upsert(Customer, first, on=[Customer.email]),
        ]
        names = list(await session.scalars(select(Customer.name).order_by(Customer.id)))

    assert [one.inserted for one in done] == [False, False, True, False]
    assert names == ["A", "Ada"]


async def test_an_upsert_with_sql_is_refused_after_one_without(shop: Database) -> None:
    sql: Any = func.upper("eve")
    async with shop.begin() as session:
        for name in ("Ada", "Eve"):
            await session.upsert(Customer, Named(name=name, email="ada@example.org"), on="email")
        with pytest.raises(UnfitValues, match="holds SQL"):
            await session.upsert(
                Customer, Named.model_construct(name=sql, email="ada@example.org"), on="email"
            )
        names = list(await session.scalars(select(Customer.name)))

    assert names == ["Eve"]


async def test_the_same_type_is_another_form_for_another_class(shop: Database) -> None:
    @dataclass
    class Paid:
        amount: int

    async with shop.begin() as session:
        await session.insert(CardPayment, Paid(5))
        await session.insert(CardPayment, Paid(6))
        kinds = list(await session.scalars(select(CardPayment.kind)))

    assert kinds == ["card", "card"]


async def test_what_the_session_holds_of_the_row_is_expired_each_time(shop: Database) -> None:
    async with shop.begin() as session:
        customer = await session.get_one(Customer, 1)
        names = []
        for name in ("A", "B"):
            await session.update(Customer, Patch(name=name), key=1)
            await session.refresh(customer)
            names.append(customer.name)

    assert names == ["A", "B"]
