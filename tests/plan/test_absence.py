"""A required foreign key on the object's own side promises that there is an object."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.orm import configure_mappers

from taskbound.plan.absence import may_be_absent
from tests.plan.models import Account, Customer, Line, Note, Order

configure_mappers()


@pytest.mark.parametrize(
    ("relation", "absent"),
    [
        (Order.customer, False),
        (Account.customer, False),
        (Line.order, False),
        (Note.line, False),
        (Order.payer, True),
        (Order.active_customer, True),
        (Customer.account, True),
    ],
    ids=str,
)
def test_a_relation_may_be_absent_unless_a_key_promises_it(relation: Any, absent: bool) -> None:
    assert may_be_absent(relation.property) == absent
