"""SQL that a DTO brings along is over its model, or is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import pydantic
import pytest
from sqlalchemy import Integer, Select, String, cast, func, select
from sqlalchemy.orm import aliased
from sqlalchemy.types import NullType, TypeEngine

from taskbound import Count, Exists, From, OrderBy, TaskboundError, Where
from taskbound.plan import plan_of
from taskbound.plan.criterion import applied
from tests.plan.fields import dataclass_of, model_of
from tests.plan.models import Customer, Engineer, Everything, Line, Order, Person


@dataclass
class LineRead:
    number: int


class Address(pydantic.BaseModel):
    city: str


def _name_of_customer(order: Any) -> Any:
    name = select(Customer.name).where(Customer.id == order.customer_id)
    return name.correlate(order).scalar_subquery()


@pytest.mark.parametrize(
    ("annotation", "model", "held"),
    [
        (Annotated[str, From(lambda order: func.upper(order.currency))], Order, String),
        (Annotated[str, From(func.upper(Order.currency))], Order, String),
        (Annotated[int, From(Order.id)], Order, Integer),
        (Annotated[int, From(lambda order: order.cents)], Order, Integer),
        (Annotated[int, From(lambda order: order.line_count)], Order, Integer),
        (Annotated[int, From(lambda order: func.max(order.id, 5))], Order, Integer),
        (Annotated[int, From(func.row_number().over())], Order, Integer),
        (Annotated[int, From(lambda order: func.count(order.id).over())], Order, Integer),
        (Annotated[str, From(_name_of_customer)], Order, String),
        (Annotated[str, From(lambda engineer: engineer.name)], Engineer, String),
        (Annotated[str, From(Person.name)], Engineer, String),
        (Annotated[object, From(lambda order: func.anything(order.id))], Order, NullType),
        (Annotated[int, From(lambda order: func.anything(order.id))], Order, Integer),
        (Annotated[int | None, From(lambda order: order.payer_id)], Order, Integer),
    ],
)
def test_a_field_is_read_from_sql(
    annotation: Any, model: type[Any], held: type[TypeEngine[Any]]
) -> None:
    (column,) = plan_of(dataclass_of("field", annotation), model).columns

    assert column.path == ("field",)
    assert column.expression is not None
    assert isinstance(column.type, held)


def test_a_function_is_called_with_an_alias_too() -> None:
    shouted = From(lambda order: func.upper(order.currency))
    other = aliased(Order, name="other")

    assert str(applied(shouted.source, other)) == "upper(other.currency)"


def test_pydantic_makes_an_object_of_a_json_value_of_sql() -> None:
    annotation = Annotated[Address, From(lambda everything: everything.document)]

    (column,) = plan_of(model_of("address", annotation), Everything).columns

    assert column.expression is not None


def test_children_keep_what_chooses_them() -> None:
    few, last = Line.quantity < 3, Line.number.desc()
    annotation = Annotated[list[LineRead], Where(few), OrderBy(last)]

    (many,) = plan_of(dataclass_of("lines", annotation), Order).manies

    assert (many.where, many.order_by, many.limit) == ((few,), (last,), None)


def test_a_condition_may_ask_for_related_objects() -> None:
    annotation = Annotated[bool, Exists("lines", where=lambda line: line.notes.any())]

    (aggregate,) = plan_of(dataclass_of("noted", annotation), Order).aggregates

    assert aggregate.where is not None


def _without_scalar(order: Any) -> Select[tuple[int]]:
    return select(order.id)


_UNREADABLE: list[tuple[Any, str]] = [
    (
        Annotated[int, From(lambda order: func.count(order.id) + 1)],
        'has From with count(), which makes one row of all; have a field for it: Count("<relation>")',
    ),
    (
        Annotated[object, From(lambda order: func.string_agg(order.currency, ","))],
        "has From with string_agg(), which makes one row of all; have a field for it: "
        "a scalar_subquery()",
    ),
    (
        Annotated[str, From(Customer.name)],
        "has From over customer, which is no table of Order; take columns of Order alone, or a "
        "scalar_subquery() over other tables",
    ),
    (
        Annotated[str, From(lambda order: order.colour)],
        "has From, whose function fails for Order: AttributeError: type object 'Order' has no "
        "attribute 'colour'; let it give SQL over attributes of Order",
    ),
    (
        Annotated[int, From(_without_scalar)],
        "has From, which gives Select, no SQL expression; let it give a column, an expression of "
        "columns, or select(...).scalar_subquery()",
    ),
    (
        Annotated[list[LineRead], From(lambda order: order.currency)],
        "has From with SQL and holds a DTO; annotate it with the type of one value",
    ),
    (
        Annotated[int, Count("lines", where=lambda _: Order.id > 3)],
        "has Count with where over order, which is no table of Line; take columns of Line alone, or "
        "a scalar_subquery() over other tables",
    ),
    (
        Annotated[list[LineRead], From("lines"), Where(lambda _: True)],
        "has Where, which gives bool, no SQL expression; let it give a column, an expression of "
        "columns, or select(...).scalar_subquery()",
    ),
    (
        Annotated[list[LineRead], From("lines"), OrderBy(lambda line: line.order)],
        "has OrderBy over order, which is no table of Line; take columns of Line alone, or a "
        "scalar_subquery() over other tables",
    ),
]


@pytest.mark.parametrize(("annotation", "message"), _UNREADABLE)
def test_sql_that_does_not_fit_is_refused(annotation: Any, message: str) -> None:
    with pytest.raises(TaskboundError) as caught:
        plan_of(dataclass_of("field", annotation), Order)

    assert str(caught.value) == f"Read.field {message} (TB508, docs/errors/TB508.md)"


def test_columns_of_a_subclass_are_none_of_the_base() -> None:
    with pytest.raises(TaskboundError) as caught:
        plan_of(dataclass_of("field", Annotated[str, From(Engineer.language)]), Person)

    assert str(caught.value).startswith("Read.field has From over engineer, which is no table of ")


@pytest.mark.parametrize(
    ("read", "message"),
    [
        (
            lambda order: order.payer_id,
            "Read.field refuses None, but order.payer_id is nullable; annotate field with "
            "`| None`, or make the column required (TB505, docs/errors/TB505.md)",
        ),
        (
            lambda order: order.currency,
            "Read.field is int, but order.currency holds str; annotate field with str "
            "(TB506, docs/errors/TB506.md)",
        ),
        (
            lambda order: cast(func.concat(order.currency, order.select, order.class_), String),
            'Read.field is int, but CAST(concat("order".currency, "order"."from", "order".class)…'
            " holds str; annotate field with str (TB506, docs/errors/TB506.md)",
        ),
    ],
)
def test_a_value_of_sql_that_does_not_fit_is_refused(
    read: Callable[[Any], Any], message: str
) -> None:
    with pytest.raises(TaskboundError) as caught:
        plan_of(dataclass_of("field", Annotated[int, From(read)]), Order)

    assert str(caught.value) == message
