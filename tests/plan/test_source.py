"""A path leads through relations to one."""

from __future__ import annotations

from typing import Annotated, Any

import pytest

from taskbound import From, TaskboundError, UnknownField
from taskbound.plan import plan_of
from tests.plan.fields import dataclass_of
from tests.plan.models import Order, Person


@pytest.mark.parametrize(
    ("name", "annotation", "message"),
    [
        (
            "custmer_id",
            int,
            "Read.custmer_id asks for Order.custmer_id, which does not exist; did you mean "
            "customer_id? Then rename the field, or annotate it with "
            'From("customer_id") (TB503, docs/errors/TB503.md)',
        ),
        (
            "name",
            Annotated[str, From("custmer.name")],
            "Read.name asks for Order.custmer, which does not exist; did you mean customer? Then "
            'annotate it with From("customer.name") (TB503, docs/errors/TB503.md)',
        ),
        (
            "name",
            Annotated[str, From("customer.nam")],
            "Read.name asks for Customer.nam, which does not exist; did you mean name? Then "
            'annotate it with From("customer.name") (TB503, docs/errors/TB503.md)',
        ),
        (
            "zzz",
            int,
            "Read.zzz asks for Order.zzz, which does not exist; name a path with "
            'From("relation.column"), or give the field a default (TB503, docs/errors/TB503.md)',
        ),
        (
            "product",
            Annotated[str, From("lines.product")],
            "Read.product asks for Order.lines, which is a relation to many; let the path lead "
            "through relations to one, with a column at its end (TB504, docs/errors/TB504.md)",
        ),
        (
            "products",
            list[str],
            "Read.products asks for Order.lines, which is a relation to many; let the path lead "
            "through relations to one, with a column at its end (TB504, docs/errors/TB504.md)",
        ),
        (
            "digits",
            Annotated[str, From("amount.digits")],
            "Read.digits asks for Order.amount, which is a column; let the path lead through "
            "relations to one, with a column at its end (TB504, docs/errors/TB504.md)",
        ),
        *(
            (
                name,
                str,
                f"Read.{name} asks for Order.{name}, which is Python code that no statement can "
                "run; make it a hybrid_property or a column_property "
                "(TB508, docs/errors/TB508.md)",
            )
            for name in ("label", "long_label", "describe")
        ),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(name: str, annotation: Any, message: str) -> None:
    with pytest.raises(TaskboundError) as caught:
        plan_of(dataclass_of(name, annotation), Order)

    assert str(caught.value) == message


def test_an_attribute_of_a_subclass_is_none_of_the_base() -> None:
    with pytest.raises(UnknownField) as caught:
        plan_of(dataclass_of("language", str), Person)

    assert (caught.value.model, caught.value.name) == ("Person", "language")


def test_a_name_of_sqlalchemy_on_the_class_is_no_attribute() -> None:
    with pytest.raises(UnknownField):
        plan_of(dataclass_of("metadata", dict), Order)
