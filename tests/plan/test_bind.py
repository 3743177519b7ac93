"""Every field finds its column or relation, or is refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
import pydantic
import pytest

from taskbound import By, From, MisplacedRelation, NoShape, NullableField, TaskboundError
from taskbound.plan import Column, Many, One, plan_of
from tests.plan.fields import dataclass_of, model_of
from tests.plan.models import Customer, Engineer, Everything, Line, Manager, Order, Setting


@dataclass(frozen=True)
class CustomerRead:
    name: str


@dataclass
class LineRead:
    number: int
    product: str


@dataclass
class NoteRead:
    text: str


@dataclass
class LineWithNotes:
    notes: list[NoteRead]


class Address(pydantic.BaseModel):
    city: str


def test_fields_become_columns_joins_and_children() -> None:
    @dataclass
    class OrderRead:
        id: int
        customer: CustomerRead
        lines: list[LineRead]
        colour: str = "red"

    id_, customer, lines = plan_of(OrderRead, Order).parts

    assert isinstance(id_, Column)
    assert isinstance(customer, One)
    assert isinstance(lines, Many)
    assert plan_of(OrderRead, Order).defaults == ("colour",)
    assert [part.field for part in lines.plan.columns] == ["number", "product"]


@pytest.mark.parametrize(
    ("name", "annotation", "model", "path"),
    [
        ("select", str, Order, ("select",)),
        ("class_", str, Order, ("class_",)),
        ("line_count", int, Order, ("line_count",)),
        ("cents", int, Order, ("cents",)),
        ("title", str, Customer, ("name",)),
        ("customer_name", str, Order, ("customer", "name")),
        ("name", Annotated[str, From("buyer.title")], Order, ("customer", "name")),
        ("payer", Annotated[str | None, From("payer.name")], Order, ("payer", "name")),
        ("total", Annotated[object, From("amount")], Order, ("amount",)),
        ("id", int, Engineer, ("id",)),
        ("name", str, Engineer, ("name",)),
        ("language", str, Engineer, ("language",)),
        ("name", str, Manager, ("name",)),
        ("budget", int | None, Manager, ("budget",)),
        ("document", dict[str, int], Everything, ("document",)),
        ("order_number", Annotated[int, From("order.id")], Line, ("order", "id")),
    ],
)
def test_a_value_is_found_at_the_end_of_its_path(
    name: str, annotation: Any, model: type[Any], path: tuple[str, ...]
) -> None:
    (column,) = plan_of(dataclass_of(name, annotation), model).columns

    assert column.path == path


@pytest.mark.parametrize(
    ("name", "annotation", "path"),
    [
        ("customer", CustomerRead, ("customer",)),
        ("buyer", CustomerRead, ("customer",)),
        ("payer", CustomerRead | None, ("payer",)),
        ("whose", Annotated[CustomerRead, From("customer")], ("customer",)),
    ],
)
def test_an_object_is_found_at_the_end_of_its_path(
    name: str, annotation: Any, path: tuple[str, ...]
) -> None:
    (one,) = plan_of(dataclass_of(name, annotation), Order).ones

    assert one.path == path
    assert one.plan.mapper.class_ is Customer


@pytest.mark.parametrize(
    ("annotation", "model", "path"),
    [
        (list[LineRead], Order, ("lines",)),
        (Annotated[dict[int, LineRead], By("number")], Order, ("lines",)),
        (Annotated[list[LineRead], From("order.lines")], Line, ("order", "lines")),
    ],
)
def test_children_are_found_at_the_end_of_their_path(
    annotation: Any, model: type[Any], path: tuple[str, ...]
) -> None:
    (many,) = plan_of(dataclass_of("lines", annotation), model).manies

    assert many.path == path


def test_one_model_may_stand_in_a_dto_several_times() -> None:
    @dataclass
    class OrderRead:
        customer: CustomerRead
        payer: CustomerRead | None
        payer_email: Annotated[str | None, From("payer.email")]

    plan = plan_of(OrderRead, Order)

    assert [one.path for one in plan.ones] == [("customer",), ("payer",)]
    assert [column.path for column in plan.columns] == [("payer", "email")]


def test_pydantic_makes_an_object_of_a_json_value() -> None:
    (column,) = plan_of(model_of("document", Address), Everything).columns

    assert column.path == ("document",)


def test_a_field_with_a_default_that_exists_is_read_and_checked() -> None:
    @dataclass
    class CustomerWithEmail:
        email: str = ""

    with pytest.raises(NullableField):
        plan_of(CustomerWithEmail, Customer)


@pytest.mark.parametrize(
    ("name", "annotation", "message"),
    [
        (
            "customer",
            str,
            "Read.customer asks for Order.customer, which is a relation to one Customer; annotate "
            "it with a DTO of Customer, or read one column with "
            'From("customer.<column>") (TB504, docs/errors/TB504.md)',
        ),
        (
            "lines",
            list[str],
            "Read.lines asks for Order.lines, which is a relation to many Line; annotate it with a "
            "list of a DTO of Line (TB504, docs/errors/TB504.md)",
        ),
        (
            "lines",
            LineRead,
            "Read.lines asks for Order.lines, which is a relation to many Line; annotate it with "
            "list[LineRead] (TB504, docs/errors/TB504.md)",
        ),
        (
            "customer",
            list[CustomerRead],
            "Read.customer asks for Order.customer, which is a relation to one Customer; annotate "
            "it with CustomerRead alone (TB504, docs/errors/TB504.md)",
        ),
        (
            "amount",
            CustomerRead,
            "Read.amount asks for Order.amount, which is a column; annotate it with the type of the "
            "column's values (TB504, docs/errors/TB504.md)",
        ),
        (
            "payer_id",
            int,
            "Read.payer_id refuses None, but Order.payer_id is nullable; annotate payer_id with "
            "`| None`, or make the column required (TB505, docs/errors/TB505.md)",
        ),
        (
            "payer",
            CustomerRead,
            "Read.payer refuses None, but Order.payer may be absent; annotate payer with `| None`, "
            "or make the foreign key required (TB505, docs/errors/TB505.md)",
        ),
        (
            "name",
            Annotated[str, From("payer.name")],
            "Read.name refuses None, but Customer.name is reached through Order.payer, which may be "
            "absent; annotate name with `| None`, or make the foreign key required "
            "(TB505, docs/errors/TB505.md)",
        ),
        (
            "iban",
            Annotated[str, From("customer.account.iban")],
            "Read.iban refuses None, but Account.iban is reached through Customer.account, which may "
            "be absent; annotate iban with `| None` (TB505, docs/errors/TB505.md)",
        ),
        (
            "payer_number",
            int,
            "Read.payer_number refuses None, but Order.payer_number is nullable; annotate "
            "payer_number with `| None`, or make the column required (TB505, docs/errors/TB505.md)",
        ),
        (
            "amount",
            float,
            "Read.amount is float, but Order.amount holds Decimal; annotate amount with Decimal "
            "(TB506, docs/errors/TB506.md)",
        ),
    ],
)
def test_a_field_that_cannot_be_filled_is_refused(name: str, annotation: Any, message: str) -> None:
    with pytest.raises(TaskboundError) as caught:
        plan_of(dataclass_of(name, annotation), Order)

    assert str(caught.value) == message


def test_a_mistake_is_found_at_every_depth() -> None:
    with pytest.raises(TaskboundError) as caught:
        plan_of(dataclass_of("lines", list[LineWithNotes]), Order)

    assert str(caught.value) == (
        "NoteRead.text asks for Note.text, which does not exist; name a path with "
        'From("relation.column"), or give the field a default (TB503, docs/errors/TB503.md)'
    )


def test_an_object_of_a_json_value_is_refused_where_nothing_would_make_it() -> None:
    class Place(msgspec.Struct):
        city: str

    with pytest.raises(MisplacedRelation):
        plan_of(dataclass_of("document", Place), Everything)


def test_a_validator_of_the_author_may_take_none() -> None:
    annotation = Annotated[str, pydantic.BeforeValidator(lambda email: email or "")]

    plan = plan_of(model_of("email", annotation), Customer)

    assert [column.path for column in plan.columns] == [("email",)]


def test_a_class_that_is_mapped_is_no_dto_even_if_it_is_a_dataclass() -> None:
    with pytest.raises(NoShape) as caught:
        plan_of(Setting, Setting)

    assert str(caught.value) == (
        "Setting is a mapped class, no DTO; use a Pydantic model, msgspec Struct, dataclass, attrs "
        "class, TypedDict or NamedTuple (TB501, docs/errors/TB501.md)"
    )


def test_an_entity_inside_a_dto_is_refused() -> None:
    with pytest.raises(MisplacedRelation):
        plan_of(dataclass_of("customer", Customer), Order)
