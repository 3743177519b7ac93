"""What can be asked of a query, and what comes back: from a database, a session, and in a transaction."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

from taskbound import Database, MultipleFound, NotFound, projection
from tests.read.dtos import ORDERS, ROWS, OrderModel, OrderRead, OrderRow, OrderStruct
from tests.read.models import Order

ALL = select(Order).order_by(Order.id)
NONE = select(Order).where(Order.id == 99)
BY_ID = projection(OrderRead, select(Order).where(Order.id == bindparam("id")))
ABOVE = projection(
    OrderRow, select(Order).where(Order.total > bindparam("least")).order_by(Order.id)
)


async def test_all_has_every_row_in_the_order_of_the_statement(project: Any) -> None:
    assert await project(OrderRow, ALL).all() == ROWS
    assert await project(OrderRow, select(Order).order_by(Order.id.desc())).all() == ROWS[::-1]


async def test_all_of_no_rows_is_empty(project: Any) -> None:
    assert await project(OrderRow, NONE).all() == []


@pytest.mark.parametrize("children", [None, "inline", "batch"])
async def test_children_and_joins_are_read_either_way(project: Any, children: Any) -> None:
    assert await project(OrderRead, ALL, children=children).all() == ORDERS


@pytest.mark.parametrize("children", [None, "inline", "batch"])
async def test_a_prepared_projection_reads_the_same(project: Any, children: Any) -> None:
    prepared = projection(OrderRead, ALL, children=children)

    assert await project(prepared).all() == ORDERS
    assert await project(prepared).all() == ORDERS


async def test_a_mapped_class_stands_for_all_its_rows(project: Any) -> None:
    found = await project(OrderRow, Order).all()

    assert sorted(found, key=lambda row: row.id) == ROWS


async def test_one_is_the_only_row(project: Any) -> None:
    assert await project(OrderRead, select(Order).where(Order.id == 2)).one() == ORDERS[1]
    assert await project(BY_ID, id=2).one() == ORDERS[1]


async def test_one_without_a_row_is_not_found(project: Any) -> None:
    with pytest.raises(NotFound) as caught:
        await project(OrderRow, NONE).one()

    assert str(caught.value) == (
        "There is no Order for OrderRow; call one_or_none(), first() or get() where there may be "
        "none (TB511, docs/errors/TB511.md)"
    )
    assert (caught.value.dto, caught.value.model, caught.value.identity) == (
        "OrderRow",
        "Order",
        None,
    )
    assert isinstance(caught.value, NoResultFound)


async def test_one_of_several_rows_is_refused(project: Any) -> None:
    with pytest.raises(MultipleFound) as caught:
        await project(OrderRow, ALL).one()

    assert str(caught.value) == (
        "There are several Order for OrderRow; narrow the statement, or call first() or all() "
        "(TB512, docs/errors/TB512.md)"
    )
    assert (caught.value.dto, caught.value.model) == ("OrderRow", "Order")
    assert isinstance(caught.value, MultipleResultsFound)


async def test_one_or_none_is_the_row_or_none(project: Any) -> None:
    assert await project(BY_ID, id=2).one_or_none() == ORDERS[1]
    assert await project(BY_ID, id=99).one_or_none() is None
    assert await project(OrderRow, NONE).one_or_none() is None


async def test_one_or_none_of_several_rows_is_refused(project: Any) -> None:
    with pytest.raises(MultipleFound):
        await project(OrderRow, ALL).one_or_none()


async def test_first_is_the_first_row_or_none(project: Any) -> None:
    assert await project(OrderRead, ALL).first() == ORDERS[0]
    assert await project(ABOVE, least=Decimal("5.00")).first() == ROWS[0]
    assert await project(ABOVE, least=Decimal("50.00")).first() is None
    assert await project(OrderRow, NONE).first() is None


async def test_first_keeps_the_limit_and_the_offset_of_the_statement(project: Any) -> None:
    assert await project(OrderRow, ALL.limit(2).offset(1)).first() == ROWS[1]
    assert await project(OrderRow, ALL.limit(0)).first() is None


async def test_a_query_can_be_asked_several_times(project: Any) -> None:
    query = project(OrderRow, select(Order).where(Order.id == 1))

    answers = [await query.all(), await query.first(), await query.one(), await query.count()]

    assert answers == [ROWS[:1], ROWS[0], ROWS[0], 1]


async def test_exists_tells_whether_there_is_a_row(project: Any) -> None:
    assert await project(OrderRow, ALL).exists() is True
    assert await project(OrderRow, NONE).exists() is False
    assert await project(BY_ID, id=1).exists() is True
    assert await project(BY_ID, id=99).exists() is False


async def test_count_is_the_number_of_rows(project: Any) -> None:
    assert await project(OrderRow, ALL).count() == 3
    assert await project(OrderRow, NONE).count() == 0
    assert await project(ABOVE, least=Decimal("1.00")).count() == 2
    assert await project(OrderRow, Order).count() == 3


async def test_count_and_exists_heed_limit_and_offset(project: Any) -> None:
    assert await project(OrderRow, ALL.limit(2)).count() == 2
    assert await project(OrderRow, ALL.offset(2).limit(5)).count() == 1
    assert await project(OrderRow, ALL.limit(1).offset(3)).exists() is False


async def test_counting_twice_takes_the_values_of_each_time(project: Any) -> None:
    counts = [
        await project(OrderRow, select(Order).where(Order.id > least)).count() for least in range(4)
    ]

    assert counts == [3, 2, 1, 0]


@pytest.mark.parametrize("dto", [OrderModel, OrderStruct])
async def test_what_is_returned_is_made_by_the_dtos_own_library(project: Any, dto: Any) -> None:
    found = await project(dto, select(Order).where(Order.id == 3)).one()

    assert type(found) is dto
    assert (found.id, found.customer) == (3, "Bob")


async def test_a_value_that_pydantic_refuses_raises_pydantics_error(project: Any) -> None:
    import pydantic

    class Positive(pydantic.BaseModel):
        id: int
        total: Decimal = pydantic.Field(gt=0)

    with pytest.raises(pydantic.ValidationError) as caught:
        await project(Positive, select(Order).where(Order.id == 3)).one()

    assert caught.value.errors()[0]["loc"] == ("total",)


async def test_the_errors_survive_pickling(shop: Database) -> None:
    with pytest.raises(NotFound) as missing:
        await shop.project(OrderRow, Order).get_one(99)
    with pytest.raises(MultipleFound) as several:
        await shop.project(OrderRow, ALL).one()

    for error in (missing.value, several.value):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
