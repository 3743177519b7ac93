"""Of many updates none is made where one is refused, and the error names that one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel
from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, mapped_column

from taskbound import (
    Database,
    ForeignKeyViolation,
    From,
    NotFound,
    NotNullViolation,
    RowRefused,
    StaleVersion,
    TaskSession,
    UnfitValues,
    UniqueViolation,
    ValueRefused,
)
from tests.dml.models import Base, CardPayment, Customer, Document, Employee, Order, Payment, Status
from tests.patterns.drivers import SQLITE, on_servers

ADA = "ada@example.org"


@dataclass
class Readdressed:
    id: int
    address: Annotated[str | None, From("email")]


class Ticket(Base):
    """Has a key and versions that not every value is."""

    __tablename__ = "tickets"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    seat: Mapped[int]
    version: Mapped[UUID] = mapped_column()

    __mapper_args__ = {"version_id_col": version, "version_id_generator": lambda _: uuid4()}


@dataclass
class TicketRead:
    id: UUID
    version: UUID


class CustomerRead(BaseModel):
    id: int
    name: str


async def rows_of(session: TaskSession) -> list[tuple[Any, ...]]:
    found = await session.execute(select(Customer.name, Customer.email).order_by(Customer.id))
    return [tuple(row) for row in found]


BEFORE = [("Ada", ADA), ("Bob", None), ("Cyd", None)]


async def test_the_row_is_named_and_the_transaction_goes_on(three: Database) -> None:
    rows = [{"id": 2, "name": "new"}, {"id": 3, "name": None}]
    async with three.begin() as session:
        await session.insert(Customer, {"id": 4, "name": "before"})
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Customer, rows)
        await session.insert(Customer, {"id": 5, "name": "after"})

    async with three.session() as session:
        assert await rows_of(session) == [*BEFORE, ("before", None), ("after", None)]
    assert str(caught.value) == (
        "row 1 for Customer, counted from 0, was refused: customers.name must have a value and was given "
        "none; none of the rows was written; correct it (TB604, docs/errors/TB604.md)"
    )


async def test_what_has_refused_it_is_told(three: Database) -> None:
    rows = [Readdressed(2, "b"), Readdressed(3, ADA)]
    async with three.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Customer, rows)

    error = caught.value
    assert (error.change, error.row, error.table) == ("update", 1, "customers")
    assert (error.columns, error.field) == (("email",), "address")
    assert isinstance(error.refusal, UniqueViolation)
    assert (error.refusal.change, error.refusal.field) == ("update", "address")
    assert error.__cause__ is error.refusal


@pytest.mark.parametrize("bad", [0, 1, 36, 99])
async def test_the_first_row_that_is_refused_is_the_one(shop: Database, bad: int) -> None:
    async with shop.begin() as session:
        new = [{"id": key, "name": "N"} for key in range(2, 102)]
        await session.insert_many(Customer, new)
        rows = [{"id": key, "email": str(key)} for key in range(2, 102)]
        for number in {bad, 99}:
            rows[number]["email"] = ADA
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Customer, rows)
        changed = await session.scalar(select(func.count(Customer.email)))

    assert (caught.value.row, changed) == (bad, 1)


async def test_rows_are_counted_over_all_portions(shop: Database) -> None:
    async def rows() -> AsyncIterator[dict[str, Any]]:
        for key in range(2, 1502):
            yield {"id": key, "email": ADA if key == 1202 else str(key)}

    async with shop.begin() as session:
        await session.insert_many(Customer, [{"id": k, "name": "N"} for k in range(2, 1502)])
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Customer, rows(), returning=CustomerRead)
        changed = await session.scalar(select(func.count(Customer.email)))

    assert (caught.value.row, changed) == (1200, 1)


async def test_rows_may_name_different_fields(three: Database) -> None:
    rows = [{"id": 1, "name": "A"}, {"id": 2, "email": ADA}, {"id": 3, "name": "C"}]
    async with three.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Customer, rows)
        left = await rows_of(session)

    assert (caught.value.row, caught.value.field) == (1, "email")
    assert left == BEFORE


async def test_a_row_may_take_what_one_before_it_gives_up(three: Database) -> None:
    rows = [
        {"id": 2, "name": "B", "email": "b"},
        {"id": 1, "email": None},
        {"id": 3, "name": "C", "email": ADA},
    ]
    async with three.begin() as session:
        assert await session.update_many(Customer, rows) == 3
        left = await rows_of(session)

    assert left == [("Ada", None), ("B", "b"), ("C", ADA)]


async def test_a_value_may_be_none_where_there_has_to_be_one(three: Database) -> None:
    async with three.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Customer, [{"id": 1, "name": "A"}, {"id": 2, "name": None}])

    assert (caught.value.row, caught.value.field) == (1, "name")
    assert isinstance(caught.value.violation, NotNullViolation)


async def test_a_foreign_key_that_leads_nowhere_names_its_row(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert_many(Order, [{"id": key, "customer_id": 1} for key in (1, 2, 3)])
        rows = [{"id": key, "customer_id": 99 if key == 3 else 1} for key in (1, 2, 3)]
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Order, rows)

    assert caught.value.row == 2
    assert isinstance(caught.value.violation, ForeignKeyViolation)


@on_servers
async def test_a_value_that_the_database_does_not_take_names_its_field(
    three: Database, driver: str
) -> None:
    rows = [{"id": 1, "name": "A"}, {"id": 2, "name": "x" * 41}]
    async with three.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Customer, rows)

    assert (caught.value.row, caught.value.field, caught.value.violation) == (1, "name", None)
    assert isinstance(caught.value.refusal, ValueRefused)


async def test_a_value_that_its_column_does_not_take_names_its_row(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert_many(Order, [{"id": key, "customer_id": 1} for key in (1, 2, 3)])
        rows: list[dict[str, Any]] = [{"id": key, "status": Status.PAID} for key in (1, 2, 3)]
        rows[1]["status"] = 5
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Order, rows)
        paid = await session.scalar(select(func.count()).where(Order.status == Status.PAID))

    assert (caught.value.row, caught.value.columns, caught.value.field) == (
        1,
        ("status",),
        "status",
    )
    assert (caught.value.refusal, paid) == (None, 0)


async def test_a_row_in_several_tables_is_named(shop: Database) -> None:
    async with shop.begin() as session:
        session.add_all(Employee(id=key, name="a", wage=1) for key in (1, 2))
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Employee, [{"id": 1, "wage": 2}, {"id": 2, "wage": None}])
        wages = list(await session.scalars(select(Employee.wage)))

    assert (caught.value.row, caught.value.field, wages) == (1, "wage", [1, 1])


async def test_a_row_that_is_not_there_leaves_the_others_as_they_were(three: Database) -> None:
    rows = [{"id": 1, "name": "A"}, {"id": 2, "email": "b"}, {"id": 9, "name": "I"}]
    async with three.begin() as session:
        with pytest.raises(NotFound) as caught:
            await session.update_many(Customer, rows)
        left = await rows_of(session)
        await session.update(Customer, {"name": "after"}, key=1)

    assert (caught.value.model, caught.value.identity, left) == ("Customer", (9,), BEFORE)


async def test_what_comes_first_is_what_is_told(three: Database) -> None:
    missing, refused = {"id": 9, "email": "i"}, {"id": 2, "email": ADA}
    async with three.begin() as session:
        with pytest.raises(NotFound):
            await session.update_many(Customer, [{"id": 3, "email": "c"}, missing, refused])
        with pytest.raises(RowRefused):
            await session.update_many(Customer, [{"id": 3, "email": "c"}, refused, missing])

        assert await rows_of(session) == BEFORE


async def test_a_row_in_another_version_leaves_the_others_as_they_were(shop: Database) -> None:
    async with shop.begin() as session:
        session.add_all(Document(id=key, text="a") for key in (1, 2))
    rows = [{"id": 1, "text": "b", "version": 1}, {"id": 2, "text": "b", "version": 7}]
    async with shop.begin() as session:
        with pytest.raises(StaleVersion) as caught:
            await session.update_many(Document, rows)
        left = [
            tuple(row) for row in await session.execute(select(Document.text, Document.version))
        ]

    assert ("Document", (2,)) in caught.value.entities
    assert left == [("a", 1), ("a", 1)]


async def test_what_the_rows_raise_themselves_leaves_them_as_they_were(three: Database) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        for key in (1, 2):
            yield {"id": key, "name": "new"}
        raise LookupError("no more")

    async with three.begin() as session:
        with pytest.raises(LookupError, match="no more"):
            await session.update_many(Customer, rows())

        assert await rows_of(session) == BEFORE


async def test_what_was_to_be_written_before_stays(three: Database) -> None:
    async with three.begin() as session:
        session.add(Customer(id=4, name="Dan"))
        with pytest.raises(RowRefused):
            await session.update_many(Customer, [{"id": 4, "email": "d"}, {"id": 2, "email": ADA}])

    async with three.session() as session:
        assert await rows_of(session) == [*BEFORE, ("Dan", None)]


async def test_what_cannot_be_written_before_is_no_row_of_it(three: Database) -> None:
    async with three.session() as session:
        session.add(Customer(id=4, name="Dan", email=ADA))
        with pytest.raises(UniqueViolation, match="autoflush"):
            await session.update_many(Customer, [{"id": 2, "email": "b"}])
        await session.rollback()

        assert await rows_of(session) == BEFORE


async def test_rows_may_be_written_while_they_are_made(three: Database) -> None:
    async with three.begin() as session:

        async def rows() -> AsyncIterator[dict[str, Any]]:
            for key in (1, 2):
                await session.insert_many(Customer, [{"id": 10 + key, "name": "new"}])
                yield {"id": key, "name": f"N{key}"}

        assert await session.update_many(Customer, rows()) == 2
        left = [name for name, _ in await rows_of(session)]

    assert left == ["N1", "N2", "Cyd", "new", "new"]


async def test_no_rows_begin_no_transaction(shop: Database) -> None:
    async with shop.session() as session:
        assert await session.update_many(Customer, []) == 0

        assert not session.in_transaction()


async def test_a_misuse_is_no_refused_row(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Employee(id=1, name="a", wage=1))
        with pytest.raises(UnfitValues, match="has wage computed by SQL"):
            await session.update_many(Employee, [{"id": 1, "wage": Employee.wage + 1}])


async def test_in_autocommit_what_was_refused_is_told_as_it_is(
    three: Database, database_url: str
) -> None:
    async with (
        Database(database_url, isolation_level="AUTOCOMMIT") as database,
        database.session() as session,
    ):
        with pytest.raises(UniqueViolation) as caught:
            await session.update_many(Customer, [Readdressed(2, ADA)])

    assert (caught.value.change, caught.value.field) == ("update", "address")


async def test_one_row_alone_is_named_and_the_transaction_goes_on(three: Database) -> None:
    async with three.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Customer, [Readdressed(2, ADA)])
        with pytest.raises(NotFound):
            await session.update_many(Customer, [Readdressed(9, "i")])
        assert await session.update_many(Customer, [Readdressed(3, "c")]) == 1

    assert (caught.value.row, caught.value.field) == (0, "address")
    assert isinstance(caught.value.__cause__, UniqueViolation)
    async with three.session() as session:
        assert await rows_of(session) == [*BEFORE[:2], ("Cyd", "c")]


async def test_one_value_alone_that_its_column_does_not_take_is_named(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Order, {"id": 1, "customer_id": 1})
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Order, [{"id": 1, "status": 5}])

    assert (caught.value.row, caught.value.field, caught.value.refusal) == (0, "status", None)
    assert isinstance(caught.value.__cause__, LookupError)


async def test_rows_of_one_class_among_several_of_a_table(shop: Database) -> None:
    async with shop.begin() as session:
        session.add_all([CardPayment(id=key, amount=1) for key in (1, 2)])
        session.add(Payment(id=3, amount=1))
    async with shop.begin() as session:
        await session.update_many(CardPayment, [{"id": key, "amount": 2} for key in (1, 2)])
        with pytest.raises(NotFound) as caught:
            await session.update_many(CardPayment, [{"id": key, "amount": 3} for key in (1, 3)])
        amounts = list(await session.scalars(select(Payment.amount).order_by(Payment.id)))

    assert (caught.value.identity, amounts) == ((3,), [2, 2, 1])


@pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)
@pytest.mark.parametrize("name", ["id", "version"])
async def test_a_key_or_version_that_is_none_names_its_row(shop: Database, name: str) -> None:
    ids = [uuid4(), uuid4()]
    async with shop.begin() as session:
        session.add_all(Ticket(id=key, seat=1) for key in ids)
    tickets = await shop.project(TicketRead, Ticket).all()
    rows = [{"id": each.id, "version": each.version, "seat": 2} for each in tickets]
    rows[1][name] = 5
    async with shop.begin() as session:
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Ticket, rows)
        seats = list(await session.scalars(select(Ticket.seat)))

    assert (caught.value.row, caught.value.columns, seats) == (1, (name,), [1, 1])
    assert caught.value.field == name


@pytest.mark.parametrize("driver", SQLITE.values(), ids=SQLITE)
async def test_it_does_so_where_nothing_was_sent_before(three: Database) -> None:
    async with three.session() as session:
        with pytest.raises(RowRefused) as caught:
            await session.update_many(Ticket, [{"id": uuid4(), "seat": 1, "version": "old"}])
        await session.rollback()

    assert (caught.value.row, caught.value.columns) == (0, ("version",))
