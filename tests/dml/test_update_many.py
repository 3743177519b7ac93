"""Many rows, each of which names its key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select

from taskbound import Database, ExpiredAttribute, NotFound, StaleVersion, UnfitValues
from tests.dml.models import Customer, Document, Employee, Line, Order


@dataclass
class Renamed:
    id: int
    name: str


class CustomerRead(BaseModel):
    id: int
    name: str
    email: str | None


class DocumentRead(BaseModel):
    id: int
    version: int


class LinePatch(BaseModel):
    order_id: int
    number: int
    quantity: int = 0


async def names(shop: Database) -> list[str]:
    async with shop.session() as session:
        return list(await session.scalars(select(Customer.name).order_by(Customer.id)))


async def test_each_row_gets_its_own_values(three: Database) -> None:
    async with three.begin() as session:
        count = await session.update_many(Customer, [Renamed(1, "A"), Renamed(3, "C")])

    assert count == 2
    assert await names(three) == ["A", "Bob", "C"]


async def test_rows_may_name_different_fields(three: Database) -> None:
    rows = [{"id": 1, "name": "A"}, {"id": 2, "email": "b@example.org"}, {"id": 3, "name": "C"}]
    async with three.begin() as session:
        made = await session.update_many(Customer, rows, returning=CustomerRead)

    assert [(row.name, row.email) for row in made] == [
        ("A", "ada@example.org"),
        ("Bob", "b@example.org"),
        ("C", None),
    ]


async def test_what_is_returned_has_the_order_of_the_rows(three: Database) -> None:
    async with three.begin() as session:
        made = await session.update_many(
            Customer, [Renamed(3, "C"), Renamed(1, "A"), Renamed(2, "B")], returning=CustomerRead
        )

    assert [row.id for row in made] == [3, 1, 2]


async def test_a_value_may_be_computed_by_the_database(three: Database) -> None:
    rows = [{"id": key, "name": func.upper(Customer.name)} for key in (1, 2)]
    async with three.begin() as session:
        await session.update_many(Customer, rows)

    assert await names(three) == ["ADA", "BOB", "Cyd"]


async def test_a_row_is_named_by_all_columns_of_its_key(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Order(id=1, customer_id=1, lines=[Line(number=n, quantity=n) for n in (1, 2)]))
    rows = [LinePatch(order_id=1, number=number, quantity=9) for number in (2, 1)]
    async with shop.begin() as session:
        made = await session.update_many(Line, rows, returning=LinePatch)

    assert [(line.number, line.quantity) for line in made] == [(2, 9), (1, 9)]


async def test_columns_that_change_by_themselves_do(shop: Database) -> None:
    async with shop.begin() as session:
        session.add_all(Order(id=key, customer_id=1) for key in (1, 2))
    async with shop.begin() as session:
        await session.update_many(Order, [{"id": key, "code": "x"} for key in (1, 2)])

    async with shop.session() as session:
        assert list(await session.scalars(select(Order.changed))) == [7, 7]


async def test_a_row_that_is_not_there_is_named(three: Database) -> None:
    with pytest.raises(NotFound) as caught:
        async with three.begin() as session:
            await session.update_many(Customer, [Renamed(1, "A"), Renamed(9, "I")])

    assert (caught.value.model, caught.value.identity) == ("Customer", (9,))
    assert await names(three) == ["Ada", "Bob", "Cyd"]


@pytest.fixture
async def documents(shop: Database) -> Database:
    async with shop.begin() as session:
        session.add_all(Document(id=key, text="a") for key in (1, 2))
    return shop


async def versions(shop: Database) -> list[int]:
    async with shop.session() as session:
        return list(await session.scalars(select(Document.version).order_by(Document.id)))


async def test_each_row_is_in_the_version_that_it_was_read_in(documents: Database) -> None:
    rows = [{"id": key, "text": "b", "version": 1} for key in (1, 2)]
    async with documents.begin() as session:
        await session.update_many(Document, rows)

    assert await versions(documents) == [2, 2]


async def test_a_row_that_was_changed_meanwhile_is_named(documents: Database) -> None:
    async with documents.begin() as session:
        await session.update(Document, {"text": "theirs"}, key=2)
    rows = [{"id": key, "text": "mine", "version": 1} for key in (1, 2)]

    with pytest.raises(StaleVersion) as caught:
        async with documents.begin() as session:
            await session.update_many(Document, rows)

    assert ("Document", (2,)) in caught.value.entities
    assert await versions(documents) == [1, 2]


@pytest.mark.parametrize("returning", [None, DocumentRead])
async def test_a_row_that_nothing_is_written_to_is_in_its_version(
    documents: Database, returning: Any
) -> None:
    rows = [{"id": 1, "version": 1}, {"id": 2, "version": 7}]

    async with documents.session() as session:
        with pytest.raises(StaleVersion) as caught:
            await session.update_many(Document, rows, returning=returning)
        await session.update_many(Document, rows[:1], returning=returning)

    assert (("Document", (2,)),) == caught.value.entities
    assert await versions(documents) == [1, 1]


async def test_without_a_version_it_is_counted_on(documents: Database) -> None:
    async with documents.begin() as session:
        await session.update_many(Document, [{"id": key, "text": "b"} for key in (1, 2)])

    assert await versions(documents) == [2, 2]


async def test_rows_in_several_tables(shop: Database) -> None:
    async with shop.begin() as session:
        session.add_all(Employee(id=key, name="a", wage=1) for key in (1, 2))
    async with shop.begin() as session:
        await session.update_many(Employee, [{"id": 1, "wage": 2}, {"id": 2, "name": "b"}])

    async with shop.session() as session:
        rows = await session.execute(select(Employee.name, Employee.wage).order_by(Employee.id))
        assert [tuple(row) for row in rows] == [("a", 2), ("b", 1)]


async def test_more_rows_than_a_statement_takes(shop: Database) -> None:
    async with shop.begin() as session:
        session.add_all(Customer(id=key, name="x") for key in range(2, 2502))

    async def rows() -> AsyncIterator[dict[str, Any]]:
        for key in range(2, 2502):
            yield {"id": key, "name": f"c{key}"}

    async with shop.begin() as session:
        made = await session.update_many(Customer, rows(), returning=CustomerRead)

    assert [row.name for row in made] == [f"c{key}" for key in range(2, 2502)]


async def test_no_rows_are_none(shop: Database) -> None:
    async with shop.begin() as session:
        assert await session.update_many(Customer, []) == 0
        assert await session.update_many(Customer, [], returning=CustomerRead) == []


async def test_a_row_that_names_nothing_else_is_left_as_it_is(three: Database) -> None:
    async with three.begin() as session:
        count = await session.update_many(Customer, [{"id": 1}, {"id": 2, "name": "B"}])

    assert count == 2
    assert await names(three) == ["Ada", "B", "Cyd"]


async def test_a_row_that_names_nothing_else_is_not_found_where_it_is_asked_for(
    three: Database,
) -> None:
    rows = [{"id": 1}, {"id": 2, "name": "B"}]
    async with three.begin() as session:
        made = await session.update_many(Customer, rows, returning=CustomerRead)
        with pytest.raises(NotFound) as caught:
            await session.update_many(Customer, [*rows, {"id": 99}], returning=CustomerRead)

    assert [row.name for row in made] == ["Ada", "B"]
    assert caught.value.identity == (99,)


async def test_a_row_without_a_key_is_refused(three: Database) -> None:
    async with three.begin() as session:
        with pytest.raises(UnfitValues, match="names no row"):
            await session.update_many(Customer, [{"name": "A"}])


async def test_a_row_that_comes_twice_is_refused(three: Database) -> None:
    async with three.begin() as session:
        with pytest.raises(UnfitValues, match="names a row twice"):
            await session.update_many(Customer, [Renamed(1, "A"), Renamed(1, "B")])


async def test_an_object_that_the_session_holds_is_expired(three: Database) -> None:
    async with three.begin() as session:
        ada = await session.get_one(Customer, 1)
        await session.update_many(Customer, [Renamed(1, "A"), Renamed(2, "B")])

        with pytest.raises(ExpiredAttribute):
            assert ada.name
        await session.refresh(ada)
        assert ada.name == "A"
