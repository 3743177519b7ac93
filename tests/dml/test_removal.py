"""A DELETE that is looked into once does what the general way does, for each kind of row."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import inspect, select

from taskbound import Database, NotFound, StaleVersion, TaskSession
from taskbound.dml.delete import _delete, delete_one
from taskbound.dml.removal import removal_of
from taskbound.dml.sink import SessionSink
from tests.dml.dtos import NewCustomer, OrderInFull
from tests.dml.models import (
    CardPayment,
    Customer,
    Document,
    Employee,
    Line,
    Order,
    Payment,
)

Way = Callable[[SessionSink, type[Any], Any, Any, Any], Awaitable[Any]]


@dataclass
class Key:
    id: int


@dataclass(frozen=True)
class Wanted:
    """What is deleted, and what is asked of it."""

    model: type[Any]
    key: Any
    dto: Any = None


WANTED = [
    Wanted(Customer, 2),
    Wanted(Customer, 2, NewCustomer),
    Wanted(Customer, 2, Key),
    Wanted(Customer, 9),
    Wanted(Customer, 9, NewCustomer),
    Wanted(Customer, 1),
    Wanted(Customer, True),
    Wanted(Order, 5, OrderInFull),
    Wanted(Line, (5, 1)),
    Wanted(Document, 1),
    Wanted(Payment, 1),
    Wanted(CardPayment, 1),
    Wanted(CardPayment, 2),
    Wanted(Employee, 1, Key),
]


@pytest.fixture
async def full(shop: Database) -> Database:
    """A row of each kind. Nothing leads to customer 2."""
    async with shop.begin() as session:
        session.add_all(
            [
                Customer(id=2, name="Bob"),
                Order(id=5, customer_id=1),
                Line(order_id=5, number=1, quantity=1),
                Document(id=1, text="a"),
                Payment(id=1, amount=1),
                CardPayment(id=2, amount=1),
                Employee(id=1, name="a", wage=1),
            ]
        )
    return shop


def sink_of(session: TaskSession, model: type[Any]) -> SessionSink:
    return session._changes()._sink(model)


async def done(session: TaskSession, way: Way, wanted: Wanted) -> tuple[Any, ...]:
    """What comes of a delete: its answer or error, the object that was held, and the keys that are left."""
    model = wanted.model
    held = list(await session.scalars(select(model)))
    try:
        answer = await way(sink_of(session, model), model, wanted.key, None, wanted.dto)
    except Exception as error:  # both have to raise the same
        await session.rollback()
        return type(error), str(error)
    gone = [inspect(one).deleted for one in held]
    left = list(await session.scalars(select(inspect(model).primary_key[-1])))
    await session.rollback()
    return answer, gone, left


@pytest.mark.parametrize("wanted", WANTED, ids=str)
async def test_what_comes_of_it_is_the_same(full: Database, wanted: Wanted) -> None:
    async with full.session() as session:
        first = await done(session, delete_one, wanted)
        again = await done(session, delete_one, wanted)
        general = await done(session, _delete, wanted)

    assert first == again == general


@pytest.mark.parametrize(
    ("wanted", "is_kept"),
    [
        (Wanted(Customer, 1), True),
        (Wanted(Document, 1), True),
        (Wanted(Customer, (1,)), False),
        (Wanted(Order, 5, OrderInFull), False),
        (Wanted(Line, (5, 1)), False),
        (Wanted(Employee, 1), False),
    ],
    ids=str,
)
async def test_it_is_kept_for_rows_of_one_table_with_a_plain_key(
    wanted: Wanted, is_kept: bool
) -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        sink = sink_of(session, wanted.model)
        found = [removal_of(sink, wanted.model, wanted.key, wanted.dto) for _ in range(2)]

    assert found[0] is found[1]
    assert (found[0] is not None) is is_kept


async def test_a_version_is_looked_at_after_deletes_without_one(full: Database) -> None:
    async with full.begin() as session:
        await session.insert(Document, {"id": 2, "text": "b"})
        await session.delete(Document, key=2)
        with pytest.raises(StaleVersion):
            await session.delete(Document, key=1, version=7)
        await session.delete(Document, key=1, version=1)
        with pytest.raises(NotFound):
            await session.delete(Document, key=1)
