"""A read has the rows of the user's statement, in its order, whatever the statement is made of."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from sqlalchemy import exists, func, literal, select, text, union_all
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import (
    aliased,
    contains_eager,
    joinedload,
    load_only,
    selectinload,
)

from taskbound import Database, From, TaskSession
from tests.patterns.drivers import on_postgresql
from tests.read.dtos import ORDERS, CustomerRead, OrderRead, OrderWithPayer, TaggedOrder, TagRead
from tests.read.models import Customer, Line, Order, Product, Tag

ALL = select(Order).order_by(Order.id)
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])
Project = Any


@dataclass
class Names:
    buyer: Annotated[str, From("customer.name")]
    payer: Annotated[str | None, From("payer.name")]
    customer: CustomerRead


@dataclass
class Number:
    id: int


@dataclass
class Owner:
    name: str
    orders: list[Number]


@dataclass
class Whole:
    """Leads from an order to its customer, and back to that one's orders."""

    id: int
    customer: Owner
    tags: list[TagRead]


@dataclass
class TaggedWith:
    id: int
    customer: Annotated[str, From("customer.name")]


@dataclass
class TagWithOrders:
    name: str
    orders: list[TaggedWith]


async def ids(project: Project, statement: Any, children: Any = None) -> list[int]:
    found = await project(OrderRead, statement, children=children).all()
    assert all(order == ORDERS[order.id - 1] for order in found)
    return [order.id for order in found]


TEA = select(Order).join(Order.lines).join(Line.product).where(Product.name == "tea")
BIG = aliased(Order)

STATEMENTS: dict[str, tuple[Any, list[int]]] = {
    "distinct": (select(Order).join(Order.lines).distinct().order_by(Order.id), [1, 2]),
    "distinct, descending": (
        select(Order).join(Order.lines).distinct().order_by(Order.total.desc()),
        [1, 2],
    ),
    "distinct, cut": (
        select(Order).join(Order.lines).distinct().order_by(Order.id).limit(1).offset(1),
        [2],
    ),
    "doubles": (select(Order).join(Order.lines).order_by(Order.id), [1, 1, 2]),
    "group by": (
        select(Order)
        .join(Order.lines)
        .group_by(Order.id)
        .having(func.count() > 1)
        .order_by(Order.id),
        [1],
    ),
    "group by, ordered by a sum": (
        select(Order)
        .join(Order.lines)
        .group_by(Order.id)
        .order_by(func.sum(Line.quantity).desc(), Order.id),
        [2, 1],
    ),
    "limit": (ALL.limit(2), [1, 2]),
    "limit and offset": (ALL.limit(2).offset(1), [2, 3]),
    "join": (TEA.order_by(Order.id.desc()), [2, 1]),
    "join to many": (
        select(Order).join(Order.tags).where(Tag.name == "gift").order_by(Order.id),
        [1, 2],
    ),
    "outer join": (select(Order).outerjoin(Order.lines).where(Line.number.is_(None)), [3]),
    "join with the same relation as the DTO": (
        select(Order).join(Order.customer).where(Customer.name == "Bob"),
        [3],
    ),
    "join ordered by the other class": (
        select(Order).join(Order.customer).order_by(Customer.name.desc(), Order.id),
        [3, 1, 2],
    ),
    "select_from": (
        select(Order).select_from(Tag).join(Tag.orders).where(Tag.id == 1),
        [1],
    ),
    "select_from itself": (select(Order).select_from(Order).join(Order.lines), [1, 1, 2]),
    "join on a condition": (
        select(Order).join(Line, (Line.order_id == Order.id) & (Line.number == 2)),
        [1],
    ),
    "any": (select(Order).where(Order.lines.any(Line.quantity > 3)), [2]),
    "has": (select(Order).where(Order.payer.has(name="Bob")), [2]),
    "exists": (
        select(Order).where(exists().where(Line.order_id == Order.id)).order_by(Order.id),
        [1, 2],
    ),
    "in a subquery": (
        select(Order).where(Order.id.in_(select(Line.order_id).where(Line.quantity > 2))),
        [1, 2],
    ),
    "filter_by": (select(Order).filter_by(id=2), [2]),
    "text": (select(Order).where(text("orders.id = :id").bindparams(id=2)), [2]),
    "alias": (select(BIG).where(BIG.id > 1).order_by(BIG.id), [2, 3]),
    "alias joined to its class": (
        select(BIG).join(Order, Order.customer_id == BIG.customer_id).where(Order.id == 1),
        [1, 2],
    ),
    "class joined to its alias": (
        select(Order).join(BIG, Order.customer_id == BIG.customer_id).where(BIG.id == 2),
        [1, 2],
    ),
    "common table expression": (
        select(Order).join(
            _large := select(Line.order_id).where(Line.quantity > 3).cte("large"),
            _large.c.order_id == Order.id,
        ),
        [2],
    ),
    "entity from a subquery": (
        select(
            _some := aliased(Order, select(Order).where(Order.id > 1).subquery("some"))
        ).order_by(_some.id),
        [2, 3],
    ),
    "entity from a union": (
        select(
            _both := aliased(
                Order,
                union_all(
                    select(Order).where(Order.id == 3), select(Order).where(Order.id == 1)
                ).subquery(),
            )
        ).order_by(_both.id),
        [1, 3],
    ),
    "lateral": (
        select(Order).where(
            select(func.count()).where(Line.order_id == Order.id).scalar_subquery() == 2
        ),
        [1],
    ),
    "loader options": (
        ALL.options(joinedload(Order.customer), selectinload(Order.lines), load_only(Order.id)),
        [1, 2, 3],
    ),
    "contains_eager": (
        select(Order)
        .join(Order.customer)
        .options(contains_eager(Order.customer))
        .order_by(Order.id),
        [1, 2, 3],
    ),
    "execution options": (ALL.execution_options(populate_existing=True), [1, 2, 3]),
    "order by a label": (
        select(Order).order_by((Order.id * -1).label("turned")),
        [3, 2, 1],
    ),
    "no rows": (select(Order).where(literal(1) == 2), []),
}
_UNORDERED = {"outer join", "select_from itself", "in a subquery", "any", "has"} | {
    "alias joined to its class",
    "class joined to its alias",
}


@pytest.mark.parametrize("name", STATEMENTS)
@CHILDREN
async def test_a_statement_of_any_kind_is_read_as_it_is(
    shop: Database, name: str, children: Any
) -> None:
    statement, expected = STATEMENTS[name]

    found = await ids(shop.project, statement, children)

    assert (sorted(found) if name in _UNORDERED else found) == expected


@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_statement_of_any_kind_is_counted(shop: Database, name: str) -> None:
    statement, expected = STATEMENTS[name]

    assert await shop.project(OrderRead, statement).count() == len(expected)
    assert await shop.project(OrderRead, statement).exists() == bool(expected)


@pytest.mark.parametrize("name", sorted(set(STATEMENTS) - _UNORDERED))
async def test_the_first_row_of_a_statement_of_any_kind_is_read(shop: Database, name: str) -> None:
    statement, expected = STATEMENTS[name]

    found = await shop.project(OrderRead, statement).first()

    assert found == (ORDERS[expected[0] - 1] if expected else None)


async def test_a_to_one_join_does_not_change_what_a_limit_cuts(project: Project) -> None:
    found = await project(OrderWithPayer, ALL.limit(2).offset(1)).all()

    assert found == [OrderWithPayer(2, CustomerRead(2, "Bob")), OrderWithPayer(3, None)]


async def test_one_class_may_be_read_by_several_relations(project: Project) -> None:
    joined = ALL.join(Order.customer).where(Customer.name == "Ada")

    assert await project(Names, joined).all() == [
        Names("Ada", None, CustomerRead(1, "Ada")),
        Names("Ada", "Bob", CustomerRead(1, "Ada")),
    ]


@CHILDREN
async def test_a_relation_leads_back_to_the_class_of_the_statement(
    project: Project, children: Any
) -> None:
    found = await project(Whole, select(Order).where(Order.id == 1), children=children).one()

    assert found == Whole(
        1, Owner("Ada", [Number(1), Number(2)]), [TagRead("urgent"), TagRead("gift")]
    )


@CHILDREN
async def test_many_to_many_children_of_a_joined_statement(project: Project, children: Any) -> None:
    gifts = select(Order).join(Order.tags).where(Tag.name == "gift").order_by(Order.id)

    found = await project(TaggedOrder, gifts, children=children).all()

    assert [[tag.name for tag in order.tags] for order in found] == [["urgent", "gift"], ["gift"]]


@CHILDREN
async def test_many_to_many_children_with_a_join_of_their_own(
    project: Project, children: Any
) -> None:
    found = await project(TagWithOrders, select(Tag).order_by(Tag.id), children=children).all()

    assert found == [
        TagWithOrders("urgent", [TaggedWith(1, "Ada")]),
        TagWithOrders("gift", [TaggedWith(1, "Ada"), TaggedWith(2, "Ada")]),
    ]


@on_postgresql
async def test_distinct_on_keeps_the_first_of_each(shop: Database) -> None:
    ordered = select(Order).order_by(Order.customer_id, Order.id.desc())
    # The older way is deprecated since SQLAlchemy 2.1, which brought the other.
    distinct_on = getattr(postgresql, "distinct_on", None)
    latest = (
        ordered.ext(distinct_on(Order.customer_id))
        if distinct_on
        else ordered.distinct(Order.customer_id)
    )

    assert await ids(shop.project, latest) == [2, 3]
    assert await shop.project(OrderRead, latest).count() == 2


async def test_reads_of_many_tasks_do_not_mix(shop: Database) -> None:
    async def in_a_session(number: int) -> OrderRead:
        async with TaskSession(shop.engine) as session:
            return await session.project(OrderRead, select(Order).where(Order.id == number)).one()

    found = await asyncio.gather(*(in_a_session(1 + i % 3) for i in range(24)))

    assert found == ORDERS * 8
