"""What cannot be read is refused before anything is sent, and before a connection is taken."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, literal, select, text, union
from sqlalchemy.orm.exc import UnmappedClassError

from taskbound import (
    Database,
    NoShape,
    UnfitParameters,
    UnfitStatement,
    UnknownField,
    projection,
)
from tests.read.dtos import ROWS, OrderRow
from tests.read.models import Customer, Order

BY_ID = projection(OrderRow, select(Order).where(Order.id == bindparam("id")))
TWO = projection(
    OrderRow,
    select(Order).where(
        Order.total >= bindparam("least"), Order.customer_id == bindparam("customer", 1)
    ),
)
AMONG = projection(
    OrderRow, select(Order).where(Order.id.in_(bindparam("ids", expanding=True))).order_by(Order.id)
)
PARAMETERS = "(TB513, docs/errors/TB513.md)"
STATEMENT = "(TB507, docs/errors/TB507.md)"


@pytest.fixture
async def untouched(tmp_path: Any) -> AsyncIterator[Database]:
    """A database that opens no connection in the whole test."""
    async with Database(f"sqlite+aiosqlite:///{tmp_path / 'never.sqlite'}") as opened:
        yield opened
        assert opened.statistics().idle == 0
        assert not (tmp_path / "never.sqlite").exists()


@pytest.mark.parametrize(
    ("prepared", "given", "message"),
    [
        (BY_ID, {}, "needs the parameter id; give id=..."),
        (BY_ID, {"id": 1, "x": 2}, "has no parameter x; it takes id"),
        (BY_ID, {"idd": 1}, "has no parameter idd; did you mean id?"),
        (BY_ID, {"id": "1"}, "takes int for id, not str; give id a value of type int"),
        (BY_ID, {"id": Decimal(1)}, "takes int for id, not Decimal; give id a value of type int"),
        (BY_ID, {"id": [1]}, "takes int for id, not list; give id a value of type int"),
        (TWO, {"customer": 1}, "needs the parameter least; give least=..."),
        (
            TWO,
            {"least": dt.date(2020, 1, 1)},
            "takes Decimal for least, not date; give least a value of type Decimal",
        ),
        (AMONG, {"ids": 1}, "takes several values for ids, not one int; give ids a list"),
        (AMONG, {"ids": "12"}, "takes several values for ids, not one str; give ids a list"),
        (AMONG, {"ids": ["1"]}, "takes int for ids, not str; give ids a value of type int"),
        (projection(OrderRow, Order), {"id": 1}, "has no parameter id; it takes none"),
    ],
)
async def test_a_parameter_that_does_not_fit_is_refused_at_once(
    untouched: Database, prepared: Any, given: dict[str, Any], message: str
) -> None:
    with pytest.raises(UnfitParameters) as caught:
        untouched.project(prepared, **given)
    with pytest.raises(UnfitParameters):
        untouched.session().project(prepared, **given)

    assert str(caught.value) == f"The projection of OrderRow {message} {PARAMETERS}"
    assert isinstance(caught.value, ValueError)


async def test_the_value_of_a_parameter_is_not_in_the_message(untouched: Database) -> None:
    with pytest.raises(UnfitParameters) as caught:
        untouched.project(BY_ID, id="secret")

    assert "secret" not in str(caught.value)


async def test_a_statement_that_names_a_parameter_needs_it_too(untouched: Database) -> None:
    query = untouched.project(OrderRow, select(Order).where(Order.id == bindparam("id")))

    with pytest.raises(UnfitParameters) as caught:
        await query.all()

    assert str(caught.value) == (
        f"The projection of OrderRow needs the parameter id; give id=... {PARAMETERS}"
    )


async def test_a_parameter_that_no_statement_names_is_refused(untouched: Database) -> None:
    with pytest.raises(UnfitParameters) as caught:
        await untouched.project(OrderRow, select(Order), id=1).all()

    assert str(caught.value) == (
        f"The projection of OrderRow has no parameter id; it takes none {PARAMETERS}"
    )


async def test_a_parameter_with_a_value_of_its_own_may_be_left_out(shop: Database) -> None:
    one = await shop.project(TWO, least=Decimal(0)).all()
    two = await shop.project(TWO, least=Decimal(0), customer=2).all()
    again = await shop.project(TWO, least=Decimal(0)).all()

    assert (one, two, again) == (ROWS[:2], ROWS[2:], ROWS[:2])


async def test_a_parameter_may_be_none(shop: Database) -> None:
    assert await shop.project(BY_ID, id=None).all() == []


async def test_several_values_are_any_collection(shop: Database) -> None:
    assert await shop.project(AMONG, ids=[1, 3]).all() == [ROWS[0], ROWS[2]]
    assert await shop.project(AMONG, ids={2}).all() == [ROWS[1]]
    assert await shop.project(AMONG, ids=()).all() == []
    assert await shop.project(AMONG, ids=range(4)).all() == ROWS


async def test_a_statement_may_name_its_parameters_without_being_prepared(shop: Database) -> None:
    statement = select(Order).where(Order.id == bindparam("id"))

    assert await shop.project(OrderRow, statement, id=1).one() == ROWS[0]
    assert await shop.project(OrderRow, statement, id=2).one() == ROWS[1]


NOT_ONE_CLASS = [
    (text("SELECT 1"), "of TextClause; give it a select() of a mapped class"),
    (
        union(select(Order.id), select(Customer.id)),
        "of CompoundSelect; give it a select() of a mapped class",
    ),
    (insert(Order), "of Insert; give it a select() of a mapped class"),
    (
        select(Order, Customer),
        "that selects 2 things: Order, Customer; select the one class that the DTO is read from; "
        "its fields name what else is needed",
    ),
    (
        select(Order.id, Order.total),
        "that selects 2 things: id, total; select the one class that the DTO is read from; its "
        "fields name what else is needed",
    ),
    (select(Order.id), "that selects the column id; select the mapped class itself"),
    (
        select(Order.id.label("number")),
        "that selects the column number; select the mapped class itself",
    ),
    (
        select(Order.__table__.c.id),
        "that selects the column id; select the mapped class itself",
    ),
    (
        select(literal(1).label("one")),
        "that selects the column one; select the mapped class itself",
    ),
    (
        select(Order.__table__),
        "that selects 4 things: id, total, customer_id, payer_id; select the one class that the "
        "DTO is read from; its fields name what else is needed",
    ),
    ("SELECT 1", "of str; give it a select() of a mapped class"),
    (None, "of NoneType; give it a select() of a mapped class"),
    (Order.id, "of InstrumentedAttribute; give it a select() of a mapped class"),
    (Order.__table__, "of Table; give it a select() of a mapped class"),
]


@pytest.mark.parametrize(("statement", "message"), NOT_ONE_CLASS)
async def test_a_statement_of_anything_but_one_class_is_refused(
    untouched: Database, statement: Any, message: str
) -> None:
    for project in (untouched.project, untouched.session().project):
        with pytest.raises(UnfitStatement) as caught:
            await project(OrderRow, statement).all()

        assert str(caught.value) == (
            f"OrderRow is to be read from a statement {message} {STATEMENT}"
        )


@pytest.mark.parametrize(("statement", "message"), NOT_ONE_CLASS)
def test_a_projection_of_anything_but_one_class_is_refused(statement: Any, message: str) -> None:
    with pytest.raises(UnfitStatement) as caught:
        projection(OrderRow, statement)

    assert str(caught.value) == f"OrderRow is to be read from a statement {message} {STATEMENT}"


@pytest.mark.parametrize("ask", ["all", "one", "one_or_none", "first", "exists", "count"])
async def test_every_question_refuses_an_unfit_statement(untouched: Database, ask: str) -> None:
    with pytest.raises(UnfitStatement):
        await getattr(untouched.project(OrderRow, select(Order.id)), ask)()


async def test_get_refuses_an_unfit_statement(untouched: Database) -> None:
    with pytest.raises(UnfitStatement):
        await untouched.project(OrderRow, select(Order.id)).get(1)


@pytest.mark.parametrize(
    ("dto", "name"),
    [(int, "int"), (dict[str, int], "dict[str, int]"), ("OrderRow", "OrderRow"), (None, "None")],
)
async def test_what_is_no_dto_is_refused(untouched: Database, dto: Any, name: str) -> None:
    for statement in (select(Order), Order):
        with pytest.raises(NoShape) as caught:
            await untouched.project(dto, statement).all()

        assert str(caught.value) == (
            f"{name} is no DTO; use a Pydantic model, msgspec Struct, dataclass, attrs class, "
            "TypedDict or NamedTuple (TB501, docs/errors/TB501.md)"
        )


@pytest.mark.parametrize("dto", [[], {}, [OrderRow]])
async def test_what_cannot_be_hashed_is_refused(untouched: Database, dto: Any) -> None:
    for statement in (select(Order), Order):
        with pytest.raises(NoShape):
            await untouched.project(dto, statement).all()
    with pytest.raises(NoShape):
        projection(dto, Order)


async def test_a_field_that_the_model_has_not_is_refused(untouched: Database) -> None:
    from dataclasses import make_dataclass

    wrong: Any = make_dataclass("Wrong", [("id", int), ("totl", Decimal)])
    with pytest.raises(UnknownField) as caught:
        await untouched.project(wrong, Order).first()

    assert str(caught.value) == (
        "Wrong.totl asks for Order.totl, which does not exist; did you mean total? Then rename "
        'the field, or annotate it with From("total") (TB503, docs/errors/TB503.md)'
    )


async def test_a_class_that_is_not_mapped_is_refused(untouched: Database) -> None:
    with pytest.raises(UnmappedClassError):
        await untouched.project(OrderRow, int).all()
    with pytest.raises(UnmappedClassError):
        await untouched.session().project(OrderRow, int).all()


async def test_children_are_read_inline_or_by_batch_and_in_no_other_way(shop: Database) -> None:
    wrong: Any = "sideways"
    with pytest.raises(ValueError, match="sideways"):
        await shop.project(OrderRow, Order, children=wrong).all()

    assert shop.statistics().idle == 0


async def test_a_prepared_projection_takes_no_statement(untouched: Database) -> None:
    prepared: Any = BY_ID
    with pytest.raises((TypeError, UnfitParameters)):
        untouched.project(prepared, select(Order), id=1)


def test_a_prepared_projection_tells_what_it_is() -> None:
    assert repr(BY_ID) == "<projection of OrderRow from Order>"
    assert BY_ID.parameters == ("id",)
    assert BY_ID.explain().splitlines() == [
        "OrderRow from Order",
        "├── id: Order.id Integer()",
        "└── total: Order.total Numeric(precision=10, scale=2)",
    ]
