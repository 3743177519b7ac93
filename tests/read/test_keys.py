"""One row by its primary key."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from taskbound import Database, NotFound, UnfitParameters, projection
from tests.read.dtos import ORDERS, ROWS, LineRead, OrderRead, OrderRow
from tests.read.models import Line, Order

UNFIT = "(TB513, docs/errors/TB513.md)"


@dataclass
class LineRow:
    number: int
    quantity: int


async def test_get_is_the_row_with_a_key_or_none(project: Any) -> None:
    assert await project(OrderRead, Order).get(2) == ORDERS[1]
    assert await project(OrderRead, Order).get(99) is None


async def test_get_one_is_the_row_with_a_key(project: Any) -> None:
    assert await project(OrderRead, Order).get_one(2) == ORDERS[1]


async def test_get_one_says_which_key_there_is_no_row_with(project: Any) -> None:
    with pytest.raises(NotFound) as caught:
        await project(OrderRow, Order).get_one(99)

    assert str(caught.value) == (
        "There is no Order with the key 99 for OrderRow; call one_or_none(), first() or get() "
        "where there may be none (TB511, docs/errors/TB511.md)"
    )
    assert caught.value.identity == (99,)


async def test_get_searches_among_the_rows_of_the_statement(project: Any) -> None:
    cheap = select(Order).where(Order.total < Decimal("5.00"))

    assert await project(OrderRow, cheap).get(2) == ROWS[1]
    assert await project(OrderRow, cheap).get(1) is None


async def test_get_of_a_prepared_projection_takes_its_parameters_too(project: Any) -> None:
    of_customer = projection(
        OrderRow, select(Order).where(Order.customer_id == bindparam("customer"))
    )

    assert await project(of_customer, customer=1).get(2) == ROWS[1]
    assert await project(of_customer, customer=2).get(2) is None


@pytest.mark.parametrize(
    "key", [(1, 2), {"order_id": 1, "number": 2}, {"number": 2, "order_id": 1}]
)
async def test_a_key_of_several_columns_is_a_tuple_or_a_dict(project: Any, key: Any) -> None:
    assert await project(LineRead, Line).get(key) == LineRead(2, 1, "pot")


async def test_a_missing_row_names_every_part_of_its_key(shop: Database) -> None:
    with pytest.raises(NotFound) as caught:
        await shop.project(LineRow, Line).get_one({"number": 8, "order_id": 9})

    assert str(caught.value) == (
        "There is no Line with the key 9, 8 for LineRow; call one_or_none(), first() or get() "
        "where there may be none (TB511, docs/errors/TB511.md)"
    )
    assert caught.value.identity == (9, 8)


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (1, "was asked for a key of 1 values; the key of Line is (order_id, number)"),
        ((1, 2, 3), "was asked for a key of 3 values; the key of Line is (order_id, number)"),
        ((), "was asked for a key of 0 values; the key of Line is (order_id, number)"),
        ({"order_id": 1}, "was asked for a key of order_id; the key of Line is (order_id, number)"),
        ({"x": 1, 2: 3}, "was asked for a key of x, 2; the key of Line is (order_id, number)"),
        ((1, None), "was asked for a key with number=None; the key of Line is (order_id, number)"),
        (
            (1, "2"),
            "takes int for number, not str; give number a value of type int",
        ),
    ],
)
async def test_a_key_that_cannot_be_is_refused(shop: Database, key: Any, message: str) -> None:
    with pytest.raises(UnfitParameters) as caught:
        await shop.project(LineRow, Line).get(key)

    assert str(caught.value) == f"The projection of LineRow {message} {UNFIT}"
    assert shop.statistics().idle == 0


async def test_get_one_refuses_the_same_keys(shop: Database) -> None:
    with pytest.raises(UnfitParameters) as caught:
        await shop.project(OrderRow, Order).get_one("1")

    assert str(caught.value) == (
        f"The projection of OrderRow takes int for id, not str; give id a value of type int {UNFIT}"
    )


async def test_get_of_a_statement_with_a_limit_takes_the_key_from_all_rows_of_it(
    project: Any,
) -> None:
    first_two = select(Order).order_by(Order.id).limit(2)

    assert await project(OrderRow, first_two).get(2) == ROWS[1]
    assert await project(OrderRow, first_two).get(3) is None
