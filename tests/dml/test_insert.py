"""One new row from a DTO or a mapping."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pydantic import BaseModel
from sqlalchemy import func, literal, select

from taskbound import Database, LostWrites, UnfitValues, UniqueViolation, UnknownField
from tests.dml.dtos import (
    NewCustomer,
    NewOrder,
    OrderInFull,
    OrderOfNewCustomer,
    OrderRead,
    OrderWithLines,
)
from tests.dml.models import (
    CardPayment,
    Customer,
    Document,
    Employee,
    Order,
    Payment,
    Status,
)


class CustomerRead(BaseModel):
    id: int
    name: str


async def test_a_new_row_is_what_the_dto_and_the_columns_say(shop: Database) -> None:
    async with shop.begin() as session:
        made = await session.insert(
            Order, NewOrder(customer_id=1, total=Decimal("9.50"), code="Ab"), returning=OrderRead
        )

    assert made == OrderRead(
        id=made.id,
        status=Status.OPEN,
        reference="C1",
        total=Decimal("9.50"),
        code="ab",
        channel="web",
        changed=0,
    )


async def test_it_is_what_the_unit_of_work_would_have_made(shop: Database) -> None:
    async with shop.begin() as session:
        made = await session.insert(Order, {"customer_id": 1, "code": "Ab"}, returning=OrderRead)
        session.add(Order(customer_id=1, code="Ab"))
    read = await shop.project(OrderRead, select(Order).order_by(Order.id)).all()

    assert [row.model_copy(update={"id": 0}) for row in read] == [
        made.model_copy(update={"id": 0})
    ] * 2


async def test_without_a_dto_nothing_is_returned(shop: Database) -> None:
    async with shop.begin() as session:
        returned = await session.insert(Customer, {"name": "Bob"})  # type: ignore[func-returns-value]  # seen here
    names = await shop.project(NewCustomer, select(Customer).order_by(Customer.id)).all()

    assert returned is None
    assert [customer.name for customer in names] == ["Ada", "Bob"]


async def test_the_objects_of_its_relations_are_inserted_with_it(shop: Database) -> None:
    order = OrderWithLines.model_validate(
        {"customer_id": 1, "lines": [{"number": 1, "quantity": 5}, {"number": 2, "quantity": 6}]}
    )
    async with shop.begin() as session:
        made = await session.insert(Order, order, returning=OrderInFull)

    assert made.customer == "Ada"
    assert [(line.number, line.quantity) for line in made.lines] == [(1, 5), (2, 6)]


async def test_what_a_foreign_key_leads_to_is_inserted_before_it(shop: Database) -> None:
    async with shop.begin() as session:
        made = await session.insert(
            Order, OrderOfNewCustomer(customer=NewCustomer(name="Bob")), returning=OrderInFull
        )

    assert (made.customer, made.lines) == ("Bob", [])


async def test_a_row_of_one_table_for_several_classes_says_of_which_it_is(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(CardPayment, {"amount": 5, "card": "4000"})
        await session.insert(Payment, {"amount": 6})
        kinds = list(await session.scalars(select(Payment.kind).order_by(Payment.id)))

    assert kinds == ["card", "cash"]


async def test_a_row_of_several_tables_is_inserted_into_each(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Employee, {"name": "Ada", "wage": 5})
        found = await session.scalars(select(Employee))
        employees = [(one.name, one.wage, one.kind) for one in found]

    assert employees == [("Ada", 5, "employee")]


async def test_the_first_version_is_counted(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Document, {"text": "draft"})
        document = (await session.scalars(select(Document))).one()

    assert document.version == 1


async def test_it_is_rolled_back_with_its_transaction(shop: Database) -> None:
    class Stop(Exception):
        pass

    with pytest.raises(Stop):
        async with shop.begin() as session:
            await session.insert(Customer, {"name": "Bob"})
            raise Stop

    assert await shop.project(NewCustomer, Customer).count() == 1


async def test_what_the_session_was_given_before_is_sent_before_it(shop: Database) -> None:
    async with shop.begin() as session:
        session.add(Customer(id=2, name="Bob"))
        await session.insert(Order, {"customer_id": 2})

    assert await shop.project(OrderInFull, Order).count() == 1


@pytest.mark.filterwarnings("ignore::taskbound.TaskboundWarning")
async def test_a_session_that_is_closed_without_a_commit_has_lost_it(shop: Database) -> None:
    session = shop.session()
    await session.insert(Customer, {"name": "Bob"})

    with pytest.raises(LostWrites, match="INSERT customers"):
        await session.close()


async def test_a_constraint_is_named(shop: Database) -> None:
    async with shop.session() as session:
        with pytest.raises(UniqueViolation) as caught:
            await session.insert(Customer, {"name": "Eve", "email": "ada@example.org"})
        await session.rollback()

    assert caught.value.columns == ("email",)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"nam": "Bob"},
            "what is to be written to Customer has nam, which is no column of it; did you mean name? "
            "(TB601, docs/errors/TB601.md)",
        ),
        (
            {"email": "b@example.org"},
            "what is to be written to Customer lacks name; give it, or the column a default "
            "(TB601, docs/errors/TB601.md)",
        ),
        (
            {"name": "Bob", "orders": []},
            "what is to be written to Customer has orders, which is a relation; give a DTO that holds the "
            "objects of the relation (TB601, docs/errors/TB601.md)",
        ),
        (
            Customer,
            "what is to be written to Customer is the class Customer; give an object of it "
            "(TB601, docs/errors/TB601.md)",
        ),
        (
            Customer(name="Bob"),
            "what is to be written to Customer is an entity; add it: session.add(...) "
            "(TB601, docs/errors/TB601.md)",
        ),
    ],
)
async def test_values_that_do_not_go_with_the_model_are_refused(values: object, said: str) -> None:
    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(UnfitValues) as caught:
            await session.insert(Customer, values)
        began = session.in_transaction()

    assert str(caught.value) == said
    assert not began


async def test_a_dto_with_a_field_that_the_model_lacks_is_refused() -> None:
    class WithPassword(BaseModel):
        name: str
        password: str = "secret"

    async with Database("sqlite+aiosqlite://") as database, database.session() as session:
        with pytest.raises(
            UnknownField, match=r"WithPassword\.password asks for Customer\.password"
        ):
            await session.insert(Customer, WithPassword(name="Bob"))


async def test_none_for_a_key_in_several_tables_leaves_it_to_the_first(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Employee, {"id": None, "name": "Ada", "wage": 5})
        await session.insert_many(Employee, [{"id": None, "name": "Bob", "wage": 6}])
        wages = list(await session.scalars(select(Employee.wage).order_by(Employee.id)))

    assert wages == [5, 6]


async def test_a_hundred_shapes_of_values_do_not_mix(shop: Database) -> None:
    async with shop.begin() as session:
        for number in range(100):
            named = {"email": f"{number}@example.org"} if number % 2 else {}
            await session.insert(Customer, {"name": f"N{number}", **named})
        mailed = await session.scalar(select(func.count(Customer.email)))

    assert mailed == 51


async def test_a_value_may_be_computed_by_the_database(shop: Database) -> None:
    name = {"name": func.upper("bob"), "email": literal("b") + "@example.org"}
    async with shop.begin() as session:
        bob = await session.insert(Customer, name, returning=CustomerRead)
        await session.insert(Customer, name | {"email": None})
        rows = [{"name": func.lower("CYD")}, {"name": "dan"}, {"name": func.upper("eve")}]
        many = await session.insert_many(Customer, rows, returning=CustomerRead)
        assert await session.insert_many(Customer, rows) == 3
        emails = (await session.scalars(select(Customer.email).order_by(Customer.id))).all()

    assert bob.name == "BOB"
    assert [row.name for row in many] == ["cyd", "dan", "EVE"]
    assert emails[:3] == ["ada@example.org", "b@example.org", None]


async def test_a_row_in_several_tables_has_values_alone(shop: Database) -> None:
    async with shop.begin() as session:
        with pytest.raises(UnfitValues) as caught:
            await session.insert(Employee, {"name": func.upper("x"), "wage": 1})

    assert str(caught.value) == (
        "what is to be written to Employee has name computed by SQL, in a row that lies in several tables; "
        "give a value, or add an entity (TB601, docs/errors/TB601.md)"
    )
