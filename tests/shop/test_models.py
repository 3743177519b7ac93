"""The tables hold what they are given, exactly, on every engine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from shop.models import Customer, Order, OrderStatus, Product
from taskbound import CheckViolation, Database

TOKYO = timezone(timedelta(hours=9))


async def test_every_type_of_an_order_comes_back_as_it_was(stocked: Database) -> None:
    given = Order(
        reference=UUID("6a2f41a3-c54c-4d27-b3a1-6fcf1a3f4f6e"),
        customer_id=1,
        status=OrderStatus.SHIPPED,
        placed_at=datetime(2025, 5, 17, 18, 30, 0, 1, tzinfo=TOKYO),
        total=Decimal("12345678.90"),
        billing={"city": "São Paulo", "state": None, "tags": ["a", 1, 1.5, True]},
    )
    async with stocked.begin() as session:
        session.add(given)

    async with stocked.session() as session:
        found = await session.get_one(Order, given.id)

    assert (given.reference, OrderStatus.SHIPPED, given.total, given.billing) == (
        found.reference,
        found.status,
        found.total,
        found.billing,
    )
    assert datetime(2025, 5, 17, 9, 30, 0, 1, tzinfo=UTC) == found.placed_at
    assert timedelta(0) == found.placed_at.utcoffset()


async def test_ten_tenths_are_one(stocked: Database) -> None:
    async with stocked.begin() as session:
        session.add_all(Order(customer_id=1, total=Decimal("0.10")) for _ in range(10))

    async with stocked.session() as session:
        total = await session.scalar(select(func.sum(Order.total)))

    assert "1.00" == str(total)


async def test_amounts_compare_as_numbers_in_the_database(stocked: Database) -> None:
    async with stocked.session() as session:
        names = await session.scalars(
            select(Product.name).where(Product.price > Decimal("0.99")).order_by(Product.price)
        )

    assert ["Last Copy", "Gone"] == list(names)


async def test_half_a_cent_is_refused(stocked: Database) -> None:
    with pytest.raises(StatementError, match=r"0\.005 has more than two decimal places"):
        async with stocked.begin() as session:
            session.add(Order(customer_id=1, total=Decimal("0.005")))


async def test_a_moment_without_a_timezone_is_refused(stocked: Database) -> None:
    with pytest.raises(StatementError, match="2025-05-17T09:30:00 has no timezone"):
        async with stocked.begin() as session:
            session.add(
                Order(
                    customer_id=1,
                    total=Decimal(1),
                    placed_at=datetime(2025, 5, 17, 9, 30),
                )
            )


async def test_no_statement_can_take_more_than_there_is(stocked: Database) -> None:
    with pytest.raises(CheckViolation) as refused:
        async with stocked.begin() as session:
            await session.execute(text("UPDATE products SET stock = stock - 2 WHERE id = 3"))

    assert "ck_products_stock_not_negative" == refused.value.constraint


async def test_an_order_needs_a_customer(stocked: Database) -> None:
    with pytest.raises(IntegrityError):
        async with stocked.begin() as session:
            session.add(Order(customer_id=99, total=Decimal(1)))


async def test_generated_keys_go_on_after_rows_that_brought_their_own(stocked: Database) -> None:
    customer = Customer(first_name="Grace", last_name="Hopper", email="grace@example.org")
    async with stocked.begin() as session:
        session.add(customer)

    assert 3 == customer.id
