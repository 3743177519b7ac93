"""A relationship that was loaded with its objects and read on none of them (FM-17)."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import ForeignKey, String, func, select, update
from sqlalchemy.ext.asyncio import AsyncAttrs, AsyncSession
from sqlalchemy.orm import (
    DeclarativeBase,
    InstrumentedAttribute,
    Mapped,
    Mapper,
    Session,
    aliased,
    contains_eager,
    joinedload,
    lazyload,
    mapped_column,
    noload,
    relationship,
    selectinload,
    subqueryload,
)

from taskbound import Database, Finding, TaskboundWarning, TaskSession, UnusedEagerLoad
from tests.here import here


class Base(AsyncAttrs, DeclarativeBase):
    """Classes of this file alone, since the watch leaves its mark on them."""


class Order(Base):
    """Has lines, and belongs to a customer that its mapping loads."""

    __tablename__ = "order"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    lines: Mapped[list[Line]] = relationship(back_populates="order", order_by="Line.id")
    customer: Mapped[Customer | None] = relationship(lazy="selectin")
    kind: Mapped[str] = mapped_column(String(10), default="order")

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "order"}


class Gift(Order):
    """An order in the same table."""

    __mapper_args__ = {"polymorphic_identity": "gift"}


class Quiet(Order):
    """An order whose customer is nobody's business."""

    __mapper_args__ = {"polymorphic_identity": "quiet"}

    @property
    def customer(self) -> None:  # type: ignore[override]  # which is the point
        """Nobody."""


class Line(Base):
    """Belongs to an order and has notes."""

    __tablename__ = "line"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("order.id"))
    order: Mapped[Order] = relationship(back_populates="lines")
    notes: Mapped[list[Note]] = relationship(cascade="all, delete-orphan")


class Note(Base):
    """Belongs to a line."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("line.id"))


class Customer(Base):
    """Is loaded with each order."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)


class Untouched(Base):
    """Nobody watches this one."""

    __tablename__ = "untouched"

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("untouched.id"))
    children: Mapped[list[Untouched]] = relationship()


EVERY = select(Order).order_by(Order.id).options(lazyload(Order.customer))
WITH_LINES = EVERY.options(selectinload(Order.lines))


@pytest.fixture
async def shop() -> AsyncIterator[Database]:
    """Orders 1 and 2 with three lines and a customer between them, where the watch is on."""
    async with Database("sqlite+aiosqlite://", guard={"TB207": "observe"}) as database:
        await database.create_all(Base.metadata)
        async with database.begin() as session:
            session.add(Customer(id=1))
            session.add(Order(id=1, customer_id=1, lines=[Line(id=1, notes=[Note()]), Line(id=2)]))
            session.add(Order(id=2, customer_id=1, lines=[Line(id=3)]))
        yield database


def said(findings: list[Finding]) -> list[str]:
    """What has been found by now, without the page's name."""
    return [
        str(finding.error).removesuffix(" (TB207, docs/errors/TB207.md)") for finding in findings
    ]


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

from tests.guard.test_unused_loads import WITH_LINES, Base, Database, Order

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


async def read_on_one(session: TaskSession) -> None:
    orders = (await session.scalars(WITH_LINES)).all()
    assert len(orders[-1].lines) == 1


async def read_after_the_close(session: TaskSession) -> None:
    orders = (await session.scalars(WITH_LINES)).all()
    await session.close()
    assert [len(order.lines) for order in orders] == [2, 1]


async def read_by_awaitable_attrs(session: TaskSession) -> None:
    for order in await session.scalars(WITH_LINES):
        await order.awaitable_attrs.lines


async def read_after_a_commit(session: TaskSession) -> None:
    orders = (await session.scalars(WITH_LINES)).all()
    await session.commit()
    assert orders[0].lines


async def read_in_another_call_of_the_line(session: TaskSession) -> None:
    for turn in range(2):
        orders = (await session.scalars(WITH_LINES)).all()
        if turn == 0:
            assert orders[0].lines
        session.expunge_all()


async def used_to_filter(session: TaskSession) -> None:
    joined = EVERY.join(Order.lines).where(Line.id == 1).options(contains_eager(Order.lines))
    (await session.scalars(joined)).unique().all()


async def found_nothing(session: TaskSession) -> None:
    await session.scalars(WITH_LINES.where(Order.id == 7))


async def loaded_lazily(session: TaskSession) -> None:
    for order in await session.scalars(EVERY):
        await session.refresh(order, ["lines"])


async def left_empty(session: TaskSession) -> None:
    await session.scalars(EVERY.options(lazyload("*"), noload(Order.lines)))


async def only_counted(session: TaskSession) -> None:
    await session.scalar(select(func.count()).select_from(Order))


async def replaced(session: TaskSession) -> None:
    order = (await session.scalars(WITH_LINES)).all()[0]
    order.lines = []
    session.expunge_all()


async def changed_from_the_other_side(session: TaskSession) -> None:
    orders = (await session.scalars(WITH_LINES)).all()
    session.add(Line(id=9, order=orders[0]))
    await session.flush()
    await session.rollback()


async def deleted(session: TaskSession) -> None:
    for line in await session.scalars(select(Line).options(selectinload(Line.notes))):
        await session.delete(line)
    await session.flush()
    await session.rollback()


async def pickled(session: TaskSession) -> None:
    stored = pickle.dumps((await session.scalars(WITH_LINES)).all())
    orders = pickle.loads(stored)
    assert len(orders[0].lines) == 2


async def copied(session: TaskSession) -> None:
    order = (await session.scalars(WITH_LINES)).all()[0]
    assert copy.copy(order).lines


async def merged(session: TaskSession) -> None:
    await session.merge(Order(id=1, number=5))
    await session.rollback()


async def merged_from_a_cache(session: TaskSession) -> None:
    cached = (await session.scalars(WITH_LINES)).all()
    session.expunge_all()
    orders = [await session.merge(order, load=False) for order in cached]
    assert len(orders[0].lines) == 2


async def merged_with_what_is_in_it(session: TaskSession) -> None:
    nested = EVERY.options(selectinload(Order.lines).selectinload(Line.notes))
    cached = (await session.scalars(nested)).all()
    session.expunge_all()
    for order in cached:
        await session.merge(order)
    await session.rollback()


async def merged_all(session: TaskSession) -> None:
    def merge_all(inner: Session) -> None:
        # It came with SQLAlchemy 2.1.
        if hasattr(inner, "merge_all"):
            inner.merge_all([Order(id=1, number=5), Order(id=2, number=5)])

    await session.run_sync(merge_all)
    await session.rollback()


async def linked_back(session: TaskSession) -> None:
    for order in await session.scalars(WITH_LINES):
        assert all(type(line) is Line for line in order.lines)


async def appended_to(session: TaskSession) -> None:
    order = (await session.scalars(WITH_LINES)).all()[0]
    order.lines.append(Line(id=77))
    session.expunge_all()


async def updated_in_bulk(session: TaskSession) -> None:
    held = (await session.scalars(EVERY)).all()
    await session.execute(update(Order).values(number=Order.number + 1))
    await session.rollback()
    assert len(held) == 2


async def new(session: TaskSession) -> None:
    session.add(Order(id=5, lines=[Line(id=50)]))
    await session.flush()
    await session.rollback()


async def in_run_sync(session: TaskSession) -> None:
    def numbers(inner: Session) -> list[int]:
        return [len(order.lines) for order in inner.scalars(WITH_LINES)]

    assert await session.run_sync(numbers) == [2, 1]


@pytest.mark.filterwarnings("ignore:.*noload:DeprecationWarning")
@pytest.mark.parametrize(
    "work",
    [
        read_on_one,
        read_after_the_close,
        read_by_awaitable_attrs,
        read_after_a_commit,
        read_in_another_call_of_the_line,
        used_to_filter,
        found_nothing,
        loaded_lazily,
        left_empty,
        only_counted,
        replaced,
        changed_from_the_other_side,
        deleted,
        pickled,
        copied,
        merged,
        merged_from_a_cache,
        merged_with_what_is_in_it,
        merged_all,
        linked_back,
        appended_to,
        updated_in_bulk,
        new,
        in_run_sync,
    ],
)
async def test_what_is_used_or_was_no_eager_load_is_silent(
    shop: Database, findings: list[Finding], work: Callable[[TaskSession], Awaitable[None]]
) -> None:
    async with shop.session() as session:
        await work(session)

    assert said(findings) == []


async def test_objects_that_outlive_everything_are_not_told(
    shop: Database, findings: list[Finding]
) -> None:
    async with shop.session() as session:
        _KEPT.extend((await session.scalars(WITH_LINES)).all())

    assert said(findings) == []
    assert _KEPT.pop().lines


_KEPT: list[Order] = []


async def test_a_watched_attribute_works_as_before(shop: Database) -> None:
    async with shop.session() as session:
        order = (await session.scalars(WITH_LINES)).all()[0]
        found = await session.scalar(select(Order.id).where(Order.lines.any(Line.id == 3)))

    assert found == 2
    assert isinstance(Order.lines, InstrumentedAttribute)
    assert Order.lines.__doc__ is InstrumentedAttribute.__doc__ or Order.lines.__doc__ is None
    assert [line.id for line in order.lines] == [1, 2]


@pytest.mark.parametrize("guard", [True, False, "observe", "raise", {"TB2": "warn"}])
async def test_nothing_is_looked_for_unless_the_code_is_named(
    shop: Database, findings: list[Finding], guard: Any
) -> None:
    nested = select(Untouched).options(selectinload(Untouched.children))
    async with shop.begin(), shop.session(guard=guard) as session:
        await session.scalars(nested)

    assert said(findings) == []
    assert type(Untouched.children) is InstrumentedAttribute
    assert not hasattr(session.sync_session, "eager")


async def test_reads_that_nobody_asked_to_watch_are_sqlalchemys_own(shop: Database) -> None:
    async with shop.session() as session:
        await session.scalars(WITH_LINES)

    assert type(Order.id) is InstrumentedAttribute
    assert type(Untouched.children) is InstrumentedAttribute
    assert isinstance(Order.__mapper__, Mapper)
