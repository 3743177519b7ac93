"""An error of `insert` or `update` says what its caller calls the columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from sqlalchemy import update

from taskbound import (
    ConstraintViolation,
    Database,
    ForeignKeyViolation,
    From,
    NotNullViolation,
    Refusal,
    UniqueViolation,
    ValueRefused,
)
from tests.dml.dtos import NewCustomer, OrderWithLines
from tests.dml.models import Customer, Line, Order
from tests.patterns.drivers import on_servers

ADA = "ada@example.org"
BEYOND = 2**63


@dataclass
class SignUp:
    called: Annotated[str, From("name")]
    address: Annotated[str | None, From("email")]


@dataclass
class Move:
    address: Annotated[str, From("email")]


async def refused(shop: Database, model: type[Any], values: Any, **options: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        async with shop.begin() as session:
            if options:
                await session.update(model, values, **options)
            else:
                await session.insert(model, values)
    return caught.value


async def test_a_field_is_named_as_the_dto_names_it(shop: Database) -> None:
    error = await refused(shop, Customer, SignUp("Bob", ADA))

    assert isinstance(error, UniqueViolation)
    assert (error.table, error.columns) == ("customers", ("email",))
    assert (error.change, error.fields, error.field) == ("insert", ("address",), "address")


async def test_an_entry_of_a_mapping_is_named_as_the_mapping_names_it(shop: Database) -> None:
    error = await refused(shop, Customer, {"name": "Bob", "email": ADA})

    assert (error.change, error.field) == ("insert", "email")


async def test_a_patch_names_its_field(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Customer, {"id": 2, "name": "Bob"})

    error = await refused(shop, Customer, Move(ADA), key=2)

    assert (error.change, error.field) == ("update", "address")


async def test_so_does_a_patch_of_many_rows(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Customer, {"id": 2, "name": "Bob"})

    error = await refused(shop, Customer, Move("same"), every=True)

    assert (error.change, error.field) == ("update", "address")


async def test_a_value_that_must_be_there_is_named(shop: Database) -> None:
    error = await refused(shop, Customer, {"name": None, "email": None})

    assert isinstance(error, NotNullViolation)
    assert (error.table, error.columns, error.field) == ("customers", ("name",), "name")


async def test_a_key_of_several_columns_has_several_fields(shop: Database) -> None:
    order = {"customer_id": 1, "lines": [{"number": 1, "quantity": 1}] * 2}

    error = await refused(shop, Order, OrderWithLines.model_validate(order))

    assert isinstance(error, UniqueViolation)
    assert error.columns == ("order_id", "number")
    assert error.fields == ("lines.number",)


async def test_a_foreign_key_is_named_where_the_server_says_it(shop: Database) -> None:
    error = await refused(shop, Order, {"customer_id": 99})

    is_sqlite = shop.engine.dialect.name == "sqlite"
    assert isinstance(error, ForeignKeyViolation)
    assert (error.change, error.field) == ("insert", None if is_sqlite else "customer_id")


async def test_a_value_that_is_refused_is_named(shop: Database) -> None:
    error = await refused(shop, Line, {"order_id": 1, "number": 1, "quantity": BEYOND})

    assert isinstance(error, ValueRefused)
    assert (error.reason, error.columns, error.field) == ("out_of_range", ("quantity",), "quantity")


async def test_a_value_of_a_nested_object_is_named(shop: Database) -> None:
    order = {"customer_id": 1, "lines": [{"number": 1, "quantity": BEYOND}]}

    error = await refused(shop, Order, OrderWithLines.model_validate(order))

    assert (error.table, error.field) == ("lines", "lines.quantity")


@on_servers
async def test_text_that_is_too_long_is_named(shop: Database, driver: str) -> None:
    error = await refused(shop, Customer, SignUp("x" * 41, None))

    assert isinstance(error, ValueRefused)
    assert (error.reason, error.field) == ("too_long", "called")


async def test_a_delete_says_that_it_is_one(shop: Database) -> None:
    async with shop.begin() as session:
        await session.insert(Order, {"customer_id": 1})

    with pytest.raises(ForeignKeyViolation) as caught:
        async with shop.begin() as session:
            await session.delete(Customer, key=1)

    assert (caught.value.change, caught.value.fields) == ("delete", ())


async def test_what_another_statement_has_sent_has_no_field(shop: Database) -> None:
    with pytest.raises(ConstraintViolation) as caught:
        async with shop.begin() as session:
            session.add(Customer(name="Bob"))
            await session.flush()
            await session.execute(update(Customer).values(email="same"))

    assert (caught.value.change, caught.value.fields) == (None, ())


async def test_what_an_autoflush_has_sent_has_no_field(shop: Database) -> None:
    with pytest.raises(UniqueViolation) as caught:
        async with shop.begin() as session:
            session.add(Customer(name="Bob", email=ADA))
            await session.insert(Customer, NewCustomer(name="Cyd", email="cyd@example.org"))

    assert (caught.value.change, caught.value.fields) == (None, ())


async def test_the_message_has_the_column_that_was_found(shop: Database) -> None:
    error = await refused(shop, Line, {"order_id": 1, "number": 1, "quantity": BEYOND})

    assert "a value is out of the range of lines.quantity" in str(error)
