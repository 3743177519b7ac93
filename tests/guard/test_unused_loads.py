"""A relationship that was loaded with its objects and read on none of them (FM-17)."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, lazyload, selectinload, subqueryload

from taskbound import Database, Finding, TaskboundWarning, TaskSession, UnusedEagerLoad
from tests.guard.loads import EVERY, WITH_LINES, Base, Gift, Line, Order, Quiet, fill, said
from tests.here import here


@pytest.fixture
async def shop() -> AsyncIterator[Database]:
    """Orders 1 and 2 with three lines and a customer between them, where the watch is on."""
    async with Database("sqlite+aiosqlite://", guard={"TB207": "observe"}) as database:
        await fill(database)
        yield database


async def test_a_relationship_that_nobody_reads_is_told_when_the_objects_are_gone(
    shop: Database, findings: list[Finding]
) -> None:
    async with shop.session() as session:
        line = here(+1)
        orders = (await session.scalars(WITH_LINES)).all()
    assert said(findings) == []
    del orders

    assert said(findings) == [
        f"Order.lines was loaded for 2 objects at {line}, with 3 of Line, and read on none; "
        "leave out selectinload(Order.lines)"
    ]


async def test_it_is_seen_with_every_driver(database: Database, findings: list[Finding]) -> None:
    await database.create_all(Base.metadata)
    async with database.begin() as session:
        session.add(Order(id=1, lines=[Line(id=1), Line(id=2)]))
    async with database.session(guard={"TB207": "observe"}) as session:
        line = here(+1)
        await session.scalars(WITH_LINES)

    assert said(findings) == [
        f"Order.lines was loaded for 1 object at {line}, with 2 of Line, and read on none; "
        "leave out selectinload(Order.lines)"
    ]


async def test_plain_sqlalchemy_says_nothing(shop: Database, findings: list[Finding]) -> None:
    async with AsyncSession(shop.engine) as session:
        await session.scalars(WITH_LINES)

    assert said(findings) == []


async def test_the_option_is_named_that_loads_so(shop: Database, findings: list[Finding]) -> None:
    async with shop.session() as session:
        (await session.scalars(EVERY.options(joinedload(Order.lines)))).unique().all()
        await session.scalars(EVERY.options(subqueryload(Order.lines)))

    assert [told.rpartition("; ")[2] for told in said(findings)] == [
        "leave out joinedload(Order.lines)",
        "leave out subqueryload(Order.lines)",
    ]


async def test_get_names_the_one_object(shop: Database, findings: list[Finding]) -> None:
    async with shop.session() as session:
        line = here(+1)
        await session.get(Order, 1, options=[selectinload(Order.lines), lazyload(Order.customer)])

    assert said(findings) == [
        f"Order.lines was loaded for 1 object at {line}, with 2 of Line, and read on none; "
        "leave out selectinload(Order.lines)"
    ]


async def test_where_the_mapping_asks_for_it_the_cure_is_there(
    shop: Database, findings: list[Finding]
) -> None:
    async with shop.session() as session:
        line = here(+1)
        await session.scalars(select(Order))

    assert said(findings) == [
        f"Order.customer was loaded for 2 objects at {line}, with 1 of Customer, and read on none; "
        'take lazy="selectin" off its mapping, or leave it out here: .options(lazyload(Order.customer))'
    ]


async def test_what_is_loaded_with_what_is_read_is_told(
    shop: Database, findings: list[Finding]
) -> None:
    both = EVERY.options(selectinload(Order.lines).selectinload(Line.notes))
    async with shop.session() as session:
        for order in await session.scalars(both):
            assert order.lines
        del order

    assert [told.partition(" at ")[0] for told in said(findings)] == [
        "Line.notes was loaded for 3 objects"
    ]


async def test_an_alias_is_seen(shop: Database, findings: list[Finding]) -> None:
    other = aliased(Order)
    async with shop.session() as session:
        line = here(+1)
        await session.scalars(select(other).options(joinedload(other.customer)))

    assert said(findings) == [
        f"Order.customer was loaded for 2 objects at {line}, with 1 of Customer, and read on none; "
        "leave out joinedload(Order.customer)"
    ]


async def test_a_subclass_has_what_its_base_maps(shop: Database, findings: list[Finding]) -> None:
    async with shop.session() as session:
        session.add_all([Gift(id=20, lines=[Line(id=30)]), Gift(id=21)])
        await session.flush()
        session.expunge_all()
        line = here(+1)
        gifts = (await session.scalars(select(Gift).options(selectinload(Gift.lines)))).all()
        assert all(gift.customer is None for gift in gifts)
        await session.rollback()
        del gifts

    assert [told.partition(",")[0] for told in said(findings)] == [
        f"Order.lines was loaded for 2 objects at {line}"
    ]


async def test_a_property_of_a_subclass_in_its_place_is_left_alone(
    shop: Database, findings: list[Finding]
) -> None:
    async with shop.session() as session:
        assert (await session.scalars(select(Order))).all()[0].customer
        session.add(Quiet(id=22))
        await session.flush()
        session.expunge_all()
        await session.scalars(select(Quiet).options(joinedload(Order.customer)))
        await session.rollback()

    assert said(findings) == []


def test_what_is_alive_when_the_program_ends_is_not_told() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True, timeout=60
    )

    assert (ended.stdout, ended.stderr) == ("Order\n", "")


_PROGRAM = """
import asyncio
import logging

from taskbound import Database
from tests.guard.loads import WITH_LINES, Base, Order

logging.basicConfig(level="WARNING")


async def main():
    async with Database("sqlite+aiosqlite://", guard={"TB207": "observe"}) as shop:
        await shop.create_all(Base.metadata)
        async with shop.begin() as session:
            session.add(Order(id=1))
        async with shop.session() as session:
            return (await session.scalars(WITH_LINES)).all()


kept = asyncio.run(main())
print(type(kept[0]).__name__)
"""


async def test_a_refresh_loads_too(shop: Database, findings: list[Finding]) -> None:
    async with shop.session() as session:
        order = Order(id=7, customer_id=1)
        session.add(order)
        await session.flush()
        line = here(+1)
        await session.refresh(order)
        await session.rollback()
        del order

    assert [told.partition(",")[0] for told in said(findings)] == [
        f"Order.customer was loaded for 1 object at {line}"
    ]


async def test_an_object_that_the_session_held_already_is_seen(
    shop: Database, findings: list[Finding]
) -> None:
    async with shop.session() as session:
        held = (await session.scalars(EVERY)).all()
        line = here(+1)
        await session.scalars(WITH_LINES)
        del held

    assert [told.partition(",")[0] for told in said(findings)] == [
        f"Order.lines was loaded for 2 objects at {line}"
    ]


async def test_a_warning_or_an_event_for_each_place(
    shop: Database, findings: list[Finding]
) -> None:
    async with shop.session(guard={"TB207": "warn"}) as session:
        with pytest.warns(TaskboundWarning, match="TB207"):
            await _load_thrice(session)

    assert [finding.count for finding in findings] == [1]


async def _load_thrice(session: TaskSession) -> None:
    for _ in range(3):
        await session.scalars(WITH_LINES)


async def test_it_never_raises(shop: Database, findings: list[Finding]) -> None:
    async with shop.session(guard={"TB207": "raise"}) as session:
        await session.scalars(WITH_LINES)
    said(findings)

    assert [finding.code for finding in findings] == ["TB207"]


async def test_its_error_survives_pickling(shop: Database, findings: list[Finding]) -> None:
    async with shop.session() as session:
        await session.scalars(WITH_LINES)
    said(findings)
    error = pickle.loads(pickle.dumps(findings[0].error))

    assert isinstance(error, UnusedEagerLoad)
    assert (error.entity, error.attribute, error.target) == ("Order", "lines", "Line")
    assert (error.count, error.related, error.is_mapped) == (2, 3, False)
