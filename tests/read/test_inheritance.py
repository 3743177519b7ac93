"""Classes of a single-table inheritance, as the rows of a statement and as children."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import aliased

from tests.read.models import CardPayment, Order, Payment

ALL = select(Order).order_by(Order.id)
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])


@dataclass
class Card:
    id: int
    digits: str | None
    amount: Decimal


@dataclass
class AnyPayment:
    id: int
    kind: str


@dataclass
class PaidOrder:
    id: int
    payments: list[AnyPayment]


async def test_a_subclass_in_one_table_is_read_alone(project: Any) -> None:
    cards = select(CardPayment).order_by(CardPayment.id)

    assert await project(Card, cards).all() == [
        Card(1, "1234", Decimal("8.00")),
        Card(3, "9876", Decimal("3.00")),
    ]
    assert len(await project(Card, CardPayment).all()) == 2
    assert await project(Card, cards).count() == 2
    assert await project(Card, cards.limit(1)).count() == 1
    assert await project(Card, CardPayment).get(2) is None
    assert await project(Card, CardPayment).get(3) == Card(3, "9876", Decimal("3.00"))


async def test_a_subclass_in_one_table_is_read_alone_by_an_alias(project: Any) -> None:
    card = aliased(CardPayment)

    assert len(await project(Card, select(card)).all()) == 2
    assert await project(Card, select(card)).count() == 2
    assert await project(Card, select(card).distinct()).count() == 2
    assert len(await project(Card, select(card).distinct()).all()) == 2


async def test_the_base_of_an_inheritance_has_the_rows_of_all_classes(project: Any) -> None:
    found = await project(AnyPayment, select(Payment).order_by(Payment.id)).all()

    assert [each.kind for each in found] == ["card", "transfer", "card"]


@CHILDREN
async def test_children_of_an_inheritance_are_those_of_all_classes(
    project: Any, children: Any
) -> None:
    found = await project(PaidOrder, ALL, children=children).all()

    assert [[each.kind for each in order.payments] for order in found] == [
        ["card", "transfer"],
        ["card"],
        [],
    ]
