"""Criteria that a program adds to each statement, for soft deletes or tenants, hold for reads, too."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import bindparam, event, select
from sqlalchemy.orm import ORMExecuteState, joinedload, selectinload, with_loader_criteria

from taskbound import Database, TaskSession, UnfitStatement, projection
from tests.read.dtos import ORDERS, OrderRead, OrderRow, OrderWithPayer, TaggedOrder
from tests.read.models import Customer, Line, Order, Tag

ALL = select(Order).order_by(Order.id)
CHILDREN = pytest.mark.parametrize("children", [None, "batch"])


BY_ID = projection(OrderRow, select(Order).where(Order.id == bindparam("id")))


async def ids(project: Any, statement: Any) -> list[int]:
    """The numbers of the orders, of which the rest is as it should be."""
    found = await project(OrderRead, statement).all()
    assert all(order == ORDERS[order.id - 1] for order in found)
    return [order.id for order in found]


async def test_loader_criteria_choose_the_rows(project: Any) -> None:
    statement = ALL.options(with_loader_criteria(Order, Order.id != 2))

    assert await ids(project, statement) == [1, 3]


async def test_loader_criteria_hold_for_joined_entities_as_in_sqlalchemy(
    shop: Database,
) -> None:
    statement = ALL.options(
        joinedload(Order.payer), with_loader_criteria(Customer, Customer.name != "Bob")
    )
    async with shop.session() as session:
        entities = (await session.scalars(statement)).all()
        expected = [(each.id, each.payer and each.payer.name) for each in entities]

    found = await shop.project(OrderWithPayer, statement).all()

    assert [(each.id, each.payer and each.payer.name) for each in found] == expected


@CHILDREN
async def test_loader_criteria_hold_for_children_as_in_sqlalchemy(
    shop: Database, children: Any
) -> None:
    statement = ALL.options(
        selectinload(Order.lines), with_loader_criteria(Line, Line.quantity > 2)
    )
    async with shop.session() as session:
        entities = (await session.scalars(statement)).all()
        expected = [[line.quantity for line in each.lines] for each in entities]

    found = await shop.project(OrderRead, statement, children=children).all()

    assert [[line.quantity for line in each.lines] for each in found] == expected


async def test_a_filter_that_a_listener_adds_holds_for_reads(session: TaskSession) -> None:
    def filtered(state: ORMExecuteState) -> None:
        state.statement = state.statement.options(with_loader_criteria(Order, Order.id != 2))

    event.listen(session.sync_session, "do_orm_execute", filtered)

    assert [order.id for order in await session.scalars(ALL)] == [1, 3]
    assert await ids(session.project, ALL) == [1, 3]


@pytest.fixture
def listened(session: TaskSession) -> TaskSession:
    """A session with a listener that leaves order 2 out of everything."""

    def leave_out(state: ORMExecuteState) -> None:
        state.statement = state.statement.options(with_loader_criteria(Order, Order.id != 2))

    event.listen(session.sync_session, "do_orm_execute", leave_out)
    return session


async def test_a_listener_is_heard_by_each_question(listened: TaskSession) -> None:
    assert await listened.project(OrderRow, Order).count() == 2
    assert await listened.project(OrderRow, Order).get(2) is None
    assert await listened.project(OrderRow, ALL.where(Order.id == 2)).exists() is False
    assert await listened.project(OrderRow, ALL.where(Order.id > 1)).first() is not None


async def test_a_listener_is_heard_by_a_prepared_projection(listened: TaskSession) -> None:
    assert await listened.project(BY_ID, id=2).one_or_none() is None
    assert (await listened.project(BY_ID, id=3).one()).id == 3


async def test_a_listener_of_one_session_is_not_heard_by_another(
    shop: Database, listened: TaskSession
) -> None:
    assert await listened.project(BY_ID, id=2).one_or_none() is None

    assert await shop.project(BY_ID, id=2).one_or_none() is not None
    async with shop.session() as other:
        assert await ids(other.project, ALL) == [1, 2, 3]


async def test_a_listener_that_answers_by_itself_is_refused(session: TaskSession) -> None:
    event.listen(session.sync_session, "do_orm_execute", lambda _: object(), retval=True)

    with pytest.raises(UnfitStatement) as caught:
        await session.project(OrderRow, ALL).all()

    assert str(caught.value) == (
        "OrderRow is to be read from a statement that a do_orm_execute listener answers by itself; "
        "have the listener leave statements alone that are read as DTOs "
        "(TB507, docs/errors/TB507.md)"
    )


_WITHOUT_2 = with_loader_criteria(Order, Order.id != 2)


@pytest.mark.parametrize(
    "statement",
    [
        ALL,
        ALL.limit(5),
        ALL.distinct(),
        ALL.distinct().limit(5),
        select(Order).group_by(Order.id).order_by(Order.id),
        select(Order).join(Order.customer).order_by(Customer.id, Order.id),
    ],
    ids=["plain", "limit", "distinct", "distinct and limit", "group by", "join"],
)
async def test_criteria_hold_for_what_is_counted_and_grouped(project: Any, statement: Any) -> None:
    query = project(OrderRead, statement.options(_WITHOUT_2))

    assert await ids(project, statement.options(_WITHOUT_2)) == [1, 3]
    assert await query.count() == 2
    assert await query.get(2) is None
    only_2 = project(OrderRead, statement.where(Order.id == 2).options(_WITHOUT_2))
    assert await only_2.exists() is False


async def test_criteria_hold_for_pages_and_their_totals(project: Any) -> None:
    query = project(OrderRead, ALL.options(_WITHOUT_2))
    first = await query.page(size=1, total="exact")
    second = await query.page(size=1, after=first.next, total=1)

    assert ([row.id for row in first.items + second.items], first.total) == ([1, 3], 2)
    assert (second.total, second.total_is_bounded, second.next) == (1, True, None)


@CHILDREN
async def test_criteria_hold_for_many_to_many_children(project: Any, children: Any) -> None:
    statement = ALL.options(with_loader_criteria(Tag, Tag.name != "gift"))

    found = await project(TaggedOrder, statement, children=children).all()

    assert [[tag.name for tag in order.tags] for order in found] == [["urgent"], [], []]


@CHILDREN
async def test_the_values_of_criteria_are_taken_anew(project: Any, children: Any) -> None:
    for least in (1, 3, 5, 3):
        statement = ALL.options(with_loader_criteria(Line, Line.quantity >= least))
        found = await project(OrderRead, statement, children=children).all()

        assert [[line.quantity for line in order.lines] for order in found] == [
            [line.quantity for line in order.lines if line.quantity >= least] for order in ORDERS
        ]
