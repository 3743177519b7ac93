"""The end of one row, or of all for which a condition holds."""

from __future__ import annotations

import pytest
from sqlalchemy import ForeignKey, String, inspect, select
from sqlalchemy.orm import Mapped, mapped_column

from taskbound import (
    Database,
    ForeignKeyViolation,
    NotFound,
    StaleVersion,
    UnboundedChange,
)
from tests.dml.dtos import NewCustomer, OrderInFull
from tests.dml.models import Base, Customer, Document, Employee, Line, Order, Person


async def test_a_row_is_deleted_by_its_key(shop: Database) -> None:
    async with shop.begin() as session:
        gone = await session.delete(Customer, key=1, returning=NewCustomer)

    assert gone == NewCustomer(name="Ada", email="ada@example.org")
    assert await shop.project(NewCustomer, Customer).count() == 0


async def test_a_dto_of_more_than_the_row_is_read_before_it(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Order, {"id": 5, "customer_id": 1})
        gone = await session.delete(Order, key=5, returning=OrderInFull)

    assert gone == OrderInFull(id=5, customer="Ada", lines=[])


async def test_a_condition_deletes_all_for_which_it_holds(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Order, {"id": 5, "customer_id": 1})
        for number in (1, 2, 3):
            await session.insert(Line, {"order_id": 5, "number": number, "quantity": number})
        found = await session.delete(Line, where=Line.quantity > 1)
        left = list(await session.scalars(select(Line.number)))

    assert (found, left) == (2, [1])


async def test_all_are_deleted_where_that_is_said(shop: Database) -> None:
    async with shop.begin() as session:
        gone = await session.delete(Customer, every=True, returning=NewCustomer)

    assert [customer.name for customer in gone] == ["Ada"]


async def test_all_are_not_deleted_by_oversight() -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnboundedChange) as caught:
            await session.delete(Customer)

    assert str(caught.value) == (
        "delete(Customer, ...) names no row, so that every row would change; give key= or where=, or "
        "every=True where all are meant (TB602, docs/errors/TB602.md)"
    )


async def test_a_row_that_is_not_there_is_not_found(shop: Database) -> None:
    async with shop.begin() as session:
        with pytest.raises(NotFound, match="There is no Customer with the key 9 to delete"):
            await session.delete(Customer, key=9)


async def test_a_row_in_another_version_is_stale(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Document(id=1, text="draft"))
    async with shop.begin() as session:
        with pytest.raises(StaleVersion):
            await session.delete(Document, key=1, version=2)
        await session.delete(Document, key=1, version=1)


async def test_what_the_session_holds_of_it_is_deleted_too(shop: Database) -> None:
    async with shop.begin() as session:
        ada = await session.get_one(Customer, 1)
        await session.delete(Customer, key=1)

        assert inspect(ada).deleted
        assert ada not in session


async def test_a_row_of_several_tables_is_deleted_from_each(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Employee(id=1, name="Ada", wage=1))
    async with shop.begin() as session:
        await session.delete(Employee, key=1)
        left = list(await session.scalars(select(Person.id)))

    assert left == []


class Vehicle(Base):
    """Counts its versions, in the first of several tables."""

    __tablename__ = "vehicles"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {
        "polymorphic_on": kind,
        "polymorphic_identity": "vehicle",
        "version_id_col": version,
    }


class Lorry(Vehicle):
    __tablename__ = "lorries"

    id: Mapped[int] = mapped_column(ForeignKey("vehicles.id"), primary_key=True)

    __mapper_args__ = {"polymorphic_identity": "lorry"}


async def test_a_row_of_several_tables_is_whole_where_it_is_stale(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Lorry, {"id": 1})
        with pytest.raises(StaleVersion):
            await session.delete(Lorry, key=1, version=2)
        left = list(await session.scalars(select(Lorry.id)))
        await session.delete(Lorry, key=1, version=1)

    assert left == [1]


async def test_an_entity_is_deleted_with_the_flush_as_ever(shop: Database) -> None:
    async with shop.begin() as session:
        ada = await session.get_one(Customer, 1)
        await session.delete(ada)

    assert await shop.project(NewCustomer, Customer).count() == 0


async def test_what_refers_to_it_is_left_to_the_database(shop: Database, driver: str) -> None:
    async with shop.begin() as session:
        await session.insert(Order, {"id": 5, "customer_id": 1})
    async with shop.session() as session:
        with pytest.raises(ForeignKeyViolation):
            await session.delete(Customer, key=1)
        await session.rollback()
