"""What tells something about all objects of a relation finds it, or is refused by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import pytest
from sqlalchemy import Boolean, Integer, Numeric, String
from sqlalchemy.types import TypeEngine

from taskbound import Count, Exists, Max, Min, Sum, TaskboundError
from taskbound.plan import Aggregate, plan_of
from taskbound.shape import Function
from tests.plan.fields import dataclass_of, model_of
from tests.plan.models import Category, Club, Customer, Line, Order, Person


@pytest.mark.parametrize(
    ("annotation", "model", "path", "function", "attribute", "held"),
    [
        (Annotated[int, Count("lines")], Order, ("lines",), Function.COUNT, None, Integer),
        (Annotated[bool, Exists("lines")], Order, ("lines",), Function.EXISTS, None, Boolean),
        (
            Annotated[int, Count("order.lines")],
            Line,
            ("order", "lines"),
            Function.COUNT,
            None,
            Integer,
        ),
        (
            Annotated[int | None, Sum("lines.quantity")],
            Order,
            ("lines",),
            Function.SUM,
            "quantity",
            Integer,
        ),
        (
            Annotated[Decimal | None, Sum("orders.amount")],
            Customer,
            ("orders",),
            Function.SUM,
            "amount",
            Numeric,
        ),
        (
            Annotated[str | None, Min("lines.product")],
            Order,
            ("lines",),
            Function.MIN,
            "product",
            String,
        ),
        (
            Annotated[int | None, Max("orders.cents")],
            Customer,
            ("orders",),
            Function.MAX,
            "cents",
            Integer,
        ),
        (Annotated[int, Count("related")], Category, ("related",), Function.COUNT, None, Integer),
    ],
)
def test_an_aggregate_finds_its_relation_and_its_column(
    annotation: Any,
    model: type[Any],
    path: tuple[str, ...],
    function: Function,
    attribute: str | None,
    held: type[TypeEngine[Any]],
) -> None:
    (found,) = plan_of(dataclass_of("told", annotation), model).aggregates

    assert (found.path, found.function, found.attribute) == (path, function, attribute)
    assert isinstance(found.type, held)


def test_a_path_through_what_may_be_absent_counts_none() -> None:
    (found,) = plan_of(
        dataclass_of("told", Annotated[int, Count("chief.categories")]), Category
    ).parts

    assert isinstance(found, Aggregate)
    assert found.mapper.class_ is Person


def test_pydantic_converts_the_result() -> None:
    (found,) = plan_of(model_of("told", Annotated[float, Count("lines")]), Order).aggregates

    assert found.function is Function.COUNT


@pytest.mark.parametrize(
    ("annotation", "model", "message"),
    [
        (
            Annotated[int, Count("linse")],
            Order,
            "Read.told asks for Order.linse, which does not exist; did you mean lines? Then annotate "
            'it with Count("lines") (TB503, docs/errors/TB503.md)',
        ),
        (
            Annotated[int | None, Sum("lines.qantity")],
            Order,
            "Read.told asks for Line.qantity, which does not exist; did you mean quantity? Then "
            'annotate it with Sum("lines.quantity") (TB503, docs/errors/TB503.md)',
        ),
        (
            Annotated[int, Count("zzz")],
            Order,
            "Read.told asks for Order.zzz, which does not exist; name what there is in Count "
            "(TB503, docs/errors/TB503.md)",
        ),
        (
            Annotated[int, Count("customer")],
            Order,
            "Read.told asks for Order.customer, which is a relation to one Customer; name a relation "
            "to many in Count (TB504, docs/errors/TB504.md)",
        ),
        (
            Annotated[int, Count("amount")],
            Order,
            "Read.told asks for Order.amount, which is a column; name a relation to many in Count "
            "(TB504, docs/errors/TB504.md)",
        ),
        (
            Annotated[int, Count("lines.notes")],
            Order,
            "Read.told asks for Order.lines, which is a relation to many; let the path lead through "
            "relations to one, with one relation to many at its end (TB504, docs/errors/TB504.md)",
        ),
        (
            Annotated[int, Sum("lines.quantity")],
            Order,
            "Read.told refuses None, but Sum of Line.quantity is NULL where there is no Line; "
            "annotate told with `| None` (TB505, docs/errors/TB505.md)",
        ),
        (
            Annotated[str, Count("lines")],
            Order,
            "Read.told is str, but Count of Order.lines holds int; annotate told with int "
            "(TB506, docs/errors/TB506.md)",
        ),
        (
            Annotated[int | None, Sum("orders.amount")],
            Customer,
            "Read.told is int, but Sum of Order.amount holds Decimal; annotate told with Decimal "
            "(TB506, docs/errors/TB506.md)",
        ),
        (
            Annotated[int | None, Sum("lines.product")],
            Order,
            "Read.told has Sum over Line.product, which holds str; add up a column of numbers "
            "(TB508, docs/errors/TB508.md)",
        ),
        (
            Annotated[str | None, Max("orders.customer_name")],
            Customer,
            "Read.told has Max over Customer.name, which is reached through customer; name a column "
            "of Order itself (TB508, docs/errors/TB508.md)",
        ),
        (
            Annotated[str | None, Max("lines.order")],
            Order,
            "Read.told asks for Line.order, which is no value of SQL; name a column or a "
            "hybrid_property (TB508, docs/errors/TB508.md)",
        ),
    ],
)
def test_an_aggregate_that_cannot_be_told_is_refused(
    annotation: Any, model: type[Any], message: str
) -> None:
    with pytest.raises(TaskboundError) as caught:
        plan_of(dataclass_of("told", annotation), model)

    assert str(caught.value) == message


def test_truth_has_no_order() -> None:
    annotation = Annotated[bool | None, Max("members.active")]

    with pytest.raises(TaskboundError) as caught:
        plan_of(dataclass_of("told", annotation), Club)

    assert str(caught.value) == (
        "Read.told has Max over Member.active, whose values have no order in every database; ask "
        "with Exists(..., where=...) (TB508, docs/errors/TB508.md)"
    )
