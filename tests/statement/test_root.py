"""The user's statement, in the form in which more columns can be asked of it."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, literal, select
from sqlalchemy.orm import aliased, joinedload, with_loader_criteria

from taskbound import UnfitStatement
from taskbound.statement import entity_of, extensible, mapper_of
from tests.read.models import CardPayment, Customer, Line, Order, Payment
from tests.statement.dialects import ASYNCPG, text_of

ALIAS = aliased(Order, name="other")


def text(statement: Any, entity: Any = Order) -> str:
    found, within = extensible(statement, entity)
    return text_of(found.with_only_columns(within.id, maintain_column_froms=True), ASYNCPG)


@pytest.mark.parametrize("entity", [Order, ALIAS, CardPayment])
def test_the_entity_of_a_statement_is_its_class_or_alias(entity: Any) -> None:
    assert entity_of("OrderRead", select(entity)) is entity
    assert entity_of("OrderRead", select(entity).join(Line, literal(True))) is entity


def test_an_alias_has_the_mapper_of_its_class() -> None:
    assert mapper_of(ALIAS) is mapper_of(Order)
    assert mapper_of(CardPayment) is not mapper_of(Payment)


@pytest.mark.parametrize(
    "statement",
    [
        select(Order.id),
        select(Order.customer_id + 1),
        select(func.count()),
        select(Order, Customer),
        select(Order, Order.id),
        select(Order.__table__.c.id),
        select(literal(1)),
    ],
)
def test_a_statement_of_anything_else_has_none(statement: Any) -> None:
    with pytest.raises(UnfitStatement):
        entity_of("OrderRead", statement)


def test_a_plain_statement_stays_as_it_is() -> None:
    statement = select(Order).where(Order.id > 1).order_by(Order.total).limit(3)

    found, entity = extensible(statement, Order)

    assert found is statement
    assert entity is Order


def test_loader_options_are_left_out() -> None:
    found, _ = extensible(select(Order).options(joinedload(Order.customer)), Order)

    assert found._with_options == ()


def test_loader_criteria_stay() -> None:
    criteria = with_loader_criteria(Order, Order.id > 1)

    assert "orders.id > " in text(select(Order).options(criteria, joinedload(Order.customer)))


def test_a_distinct_statement_is_a_subquery_in_the_same_order() -> None:
    assert text(select(Order).distinct().order_by(Order.total.desc()).limit(2)) == (
        "SELECT anon_1.id FROM (SELECT DISTINCT orders.id AS id, orders.total AS total, "
        "orders.customer_id AS customer_id, orders.payer_id AS payer_id FROM orders "
        "ORDER BY orders.total DESC LIMIT $1::INTEGER) AS anon_1 ORDER BY anon_1.total DESC"
    )


@pytest.mark.parametrize(
    ("clause", "outside"),
    [
        (func.sum(Line.quantity), "ORDER BY anon_1.taskbound_order_0"),
        (func.sum(Line.quantity).desc(), "ORDER BY anon_1.taskbound_order_0 DESC"),
        (func.sum(Line.quantity).asc(), "ORDER BY anon_1.taskbound_order_0 ASC"),
        (
            func.sum(Line.quantity).desc().nulls_last(),
            "ORDER BY anon_1.taskbound_order_0 DESC NULLS LAST",
        ),
        (Order.id.nulls_first(), "ORDER BY anon_1.taskbound_order_0 NULLS FIRST"),
    ],
)
def test_a_grouped_statement_keeps_its_order_outside(clause: Any, outside: str) -> None:
    statement = select(Order).join(Order.lines).group_by(Order.id).order_by(clause)

    found = text(statement)

    assert found.endswith(outside)
    assert "GROUP BY orders.id" in found


def test_a_statement_with_having_alone_is_a_subquery() -> None:
    assert "HAVING count(*) > " in text(select(Order).having(func.count() > 1))
    assert text(select(Order).having(func.count() > 1)).endswith("AS anon_1")


@pytest.mark.parametrize(
    ("options", "written"),
    [
        ({}, "FOR UPDATE OF orders"),
        ({"nowait": True}, "FOR UPDATE OF orders NOWAIT"),
        ({"read": True}, "FOR SHARE OF orders"),
        ({"skip_locked": True}, "FOR UPDATE OF orders SKIP LOCKED"),
        ({"key_share": True}, "FOR NO KEY UPDATE OF orders"),
        ({"of": Line}, "FOR UPDATE OF lines"),
    ],
)
def test_a_lock_is_on_the_entity_unless_it_names_another(
    options: dict[str, Any], written: str
) -> None:
    statement = select(Order).join(Order.lines).with_for_update(**options)

    assert text(statement).endswith(written)


def test_a_lock_of_an_alias_is_on_the_alias() -> None:
    assert text(select(ALIAS).with_for_update(), ALIAS).endswith("FOR UPDATE OF other")
